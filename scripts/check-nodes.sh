#!/usr/bin/env bash
# The two commands of the README on other versions of Node and npm, which come from the registry into a scratch folder: in a clean
# clone, `npm ci`, the first steps of `npm start`, and the tests of the kernels (with --long: all of `npm start` and all tests).
#
#   scripts/check-nodes.sh [--long] [NODE/NPM …]        20.19/10, 22/11 and 26/12 if absent
set -euo pipefail
cd "$(dirname "$0")/.."
start=(start -- --quick)
tests=(test -- test/tensor/kernel-proof.test.ts test/tensor/wasm-kernels.test.ts test/tensor/kernels.test.ts)
if [ "${1:-}" = --long ]; then
  shift
  start=(start)
  tests=(test)
fi
[ $# -gt 0 ] || set -- 26/12 22/11 20.19/10
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
git clone --quiet . "$scratch/clone"
for versions in "$@"; do
  tools="$scratch/tools-${versions/\//-}"
  npm install --prefix "$tools" --no-audit --no-fund --loglevel=error "node@${versions%/*}" "npm@${versions#*/}"
  (
    cd "$scratch/clone"
    # Without what an npm script above has put in front.
    export PATH="$tools/node_modules/.bin:${PATH//"$OLDPWD/node_modules/.bin:"/}"
    printf -- '-- Node %s, npm %s (%s s)\n' "$(node --version)" "$(npm --version)" "$SECONDS"
    npm ci --no-audit --no-fund --prefer-offline
    rm -rf report
    npm "${start[@]}"
    npm "${tests[@]}"
  )
done
echo "-- done ($SECONDS s)"
