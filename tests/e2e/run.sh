#!/usr/bin/env bash
# run.sh SCRIPT HUIBAN_BINARY OUTPUT_DIR: runs one scenario in a network namespace of its own. Loopback serves Chromium;
# a veth pair with an address and a default route serves Firefox, which ignores 127.0.0.1 for WebRTC.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
script=$1 binary=$(realpath "$2") output=$3
mkdir -p "$output"
export HUIBAN_BINARY=$binary HUIBAN_OUTPUT=$(realpath "$output") HUIBAN_SOURCE=$(realpath "$here/../..")

# The browser drivers want node 20; on older machines the pages' build has brought one.
if [ "$(node -p 'parseInt(process.versions.node)')" -lt 20 ]; then
  PATH="$(echo "$HUIBAN_SOURCE"/web/.node/node_modules/*/bin):$PATH"
fi

[ -d "$here/node_modules/werift" ] && [ -d "$here/node_modules/axe-core" ] || (cd "$here" && npm ci --no-audit --no-fund --loglevel=error)

scenario() {
  ip link set lo up
  ip link add huiban0 type veth peer name huiban1
  ip address add 10.77.0.1/24 dev huiban0
  ip link set huiban0 up
  ip link set huiban1 up
  ip route add default via 10.77.0.2
  exec node "$1"
}
export -f scenario
if [ "$(id -u)" -eq 0 ]; then spaces=(-n); else spaces=(-r -n); fi
exec unshare "${spaces[@]}" bash -c 'scenario "$1"' _ "$here/$script"
