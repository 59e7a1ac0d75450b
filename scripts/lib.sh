# Shared by scripts/start and scripts/test: installs what is missing, builds. Sourced with bash, from the top folder.
set -euo pipefail

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else echo "需要管理员权限安装软件包 / root or sudo is needed to install packages: $*" >&2; exit 1; fi
}

# install_packages FILE...: Debian packages, separated by blanks; # begins a comment; NAME@amd64 only on that
# architecture. Asks apt only if one is missing.
install_packages() {
  local wanted missing=() package
  wanted=$(sed 's/#.*//' "$@" | tr -s ' \n' ' ')
  # Any node ≥ 18 with npm will do; Debian's own is installed only where there is none.
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then wanted="$wanted nodejs npm"; fi
  for package in $wanted; do
    case $package in
      *@*) [ "${package#*@}" = "$(dpkg --print-architecture)" ] || continue; package=${package%@*} ;;
    esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "安装软件包 / installing packages: ${#missing[@]}"
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# build PRESET [TARGET...]: configures once, then only what changed.
build() {
  local preset=$1; shift
  [ -f "build/$preset/build.ninja" ] || cmake --preset "$preset"
  cmake --build "build/$preset" -- "$@"
}

web_digest() {
  find web docs/api \( -path web/node_modules -o -path web/dist \) -prune -o -type f -print0 \
    | sort -z | xargs -0 sha256sum | sha256sum
}

# build_web [--check]: the pages, only if a source changed since the last build of this kind.
build_web() {
  local stamp="build/web${1:-}.stamp"
  mkdir -p build
  if [ -f web/dist/index.html ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(web_digest)" ]; then return; fi
  say "网页 / building the pages"
  web/build.sh "$@"
  web_digest > "$stamp"
}
