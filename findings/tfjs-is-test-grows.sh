#!/usr/bin/env bash
# TensorFlow.js told that it is tested (tf.env().set("IS_TEST", true)) keeps a number for every kernel that ever ran.
#
# Versions: @tensorflow/tfjs 4.22.0, Node 20.20 and 24.
# Guess:    that the flag, which silences the advice to install tfjs-node, does no more than that and check each kernel for leaks.
# Seen:     each kernel pushes a counter for its check onto engine().state.numDataMovesStack, and none is ever taken off: 8 to 12
#           bytes a kernel, which tf.memory() does not show. PROD (tf.enableProdMode()) silences the same lines and keeps
#           nothing. Output:
#
#               IS_TEST: 0 lines of advice, 1000000 numbers kept after 1000000 kernels, 1 tensor
#               PROD:    0 lines of advice, 0 numbers kept after 1000000 kernels, 1 tensor
#               neither: 1 lines of advice, 0 numbers kept after 1000000 kernels, 1 tensor
#               as seen before
#
# Matters:  a training step of a deep network in plain TensorFlow.js is hundreds of kernels; of respath, which has its own tape, 4 to
#           8. A process that trains for days silences tfjs by tf.enableProdMode(), as src/tensor/backend.ts does.
#
# Installs the package into a temporary folder. Exits with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --silent @tensorflow/tfjs@4.22.0

cat > kept.js << 'JS'
const [flag] = process.argv.slice(2);
let advice = 0;
console.warn = (line) => (advice += line.includes("looks like you are running TensorFlow.js in Node.js") ? 1 : 0);
const tf = await import("@tensorflow/tfjs");
if (flag === "IS_TEST") tf.env().set("IS_TEST", true);
if (flag === "PROD") tf.enableProdMode();

const KERNELS = 1_000_000;
const one = tf.scalar(1);
for (let i = 0; i < KERNELS; i++) tf.neg(one).dispose();
const kept = tf.engine().state.numDataMovesStack.length;
const { numTensors } = tf.memory();
console.log(
  `${`${flag}:`.padEnd(8)} ${advice} lines of advice, ${kept} numbers kept after ${KERNELS} kernels, ${numTensors} tensor`,
);
JS
seen=$(for flag in IS_TEST PROD neither; do node kept.js "$flag"; done)
echo "$seen"
expected='IS_TEST: 0 lines of advice, 1000000 numbers kept after 1000000 kernels, 1 tensor
PROD:    0 lines of advice, 0 numbers kept after 1000000 kernels, 1 tensor
neither: 1 lines of advice, 0 numbers kept after 1000000 kernels, 1 tensor'
if [[ "$seen" == "$expected" ]]; then
  echo "as seen before"
else
  echo "another behaviour than before"
  exit 1
fi
