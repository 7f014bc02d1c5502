#!/usr/bin/env bash
# The two commands of the README on other versions of Node and npm, which come from the registry into a scratch folder: in a clean
# clone, `npm ci`, the first steps of `npm start`, and the tests of the kernels on that very Node, for which npm's scripts may use the
# dev dependency's. With --long: all of `npm start`, and all tests.
#
#   scripts/check-nodes.sh [--long] [NODE/NPM …]        26/12, 22/11 and 20.19/10 if absent
set -euo pipefail
cd "$(dirname "$0")/.."
start=(start -- --quick)
tests=(test/tensor/kernel-proof.test.ts test/tensor/wasm-kernels.test.ts)
if [ "${1:-}" = --long ]; then
  shift
  start=(start)
  tests=()
  # Tests of altered documents alter all there is.
  export RESPATH_LONG=1
fi
[ $# -gt 0 ] || set -- 26/12 22/11 20.19/10
echo "-- npm ci, npm ${start[*]} and ${tests[*]:-all tests} on Node/npm $*, in a clean clone of the last commit"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
# Without what an npm script has put in front.
PATH="${PATH//"$PWD/node_modules/.bin:"/}"

installs=()
for versions in "$@"; do
  npm install --prefix "$scratch/$versions" --no-audit --no-fund --loglevel=error \
    "node@${versions%/*}" "npm@${versions#*/}" >/dev/null &
  installs+=($!)
done
git clone --quiet . "$scratch/clone"
for install in "${installs[@]}"; do wait "$install"; done

cd "$scratch/clone"
for versions in "$@"; do
  (
    export PATH="$scratch/$versions/node_modules/.bin:$PATH"
    printf -- '-- Node %s, npm %s (%s s)\n' "$(node --version)" "$(npm --version)" "$SECONDS"
    npm ci --no-audit --no-fund --prefer-offline
    rm -rf report
    npm "${start[@]}"
    node node_modules/vitest/vitest.mjs run "${tests[@]}"
  )
done
echo "-- done ($SECONDS s)"
