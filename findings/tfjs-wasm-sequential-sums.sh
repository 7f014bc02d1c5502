#!/usr/bin/env bash
# Sums of TensorFlow.js on its wasm backend run over float32 numbers one after another.
#
# Versions: @tensorflow/tfjs 4.22.0 and @tensorflow/tfjs-backend-wasm 4.22.0, Node 20.20 and 24, x86-64.
# Guess:    that tf.mean and tf.moments are as good as a float32 result can be, about 1e-7, by sums in float64, in blocks or by
#           pairs, as in NumPy and PyTorch. Nothing in the documentation says otherwise.
# Seen:     a sum of ones stops at 2^24, where adding 1 changes a float32 no more, so that the mean of 2^25 ones is ½; and the
#           variance of 2^20 numbers from 0 to 1 is 3.9e-4 off. Output:
#
#               sum of 2^25 ones: 16777216
#               mean of 2^25 ones: 0.5
#               variance of 2^20 numbers: relative error -3.93e-4
#               as seen before
#
# Matters:  a batch of 128 maps of 32×32×64 has 2^23 numbers. respath sums in float64 by its own kernels and in
#           src/tensor/ops/channel-sums.ts, and lint/no-tfjs-sums.grit forbids tf.sum, tf.mean, tf.moments and tf.norm in src/.
#
# Installs the two packages into a temporary folder. Exits with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --silent @tensorflow/tfjs@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0

cat > sums.js << 'JS'
import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm"))}/`);
await tf.setBackend("wasm");

const ones = tf.ones([2 ** 25]);
const sum = tf.sum(ones).dataSync()[0];
const mean = tf.mean(ones).dataSync()[0];

// From 0 to 1, always the same: the golden ratio's multiples.
const numbers = Float32Array.from({ length: 2 ** 20 }, (_, i) => ((i + 1) * 0.6180339887498949) % 1);
const exactMean = numbers.reduce((total, x) => total + x, 0) / numbers.length;
const exact = numbers.reduce((total, x) => total + (x - exactMean) ** 2, 0) / numbers.length;
const error = tf.moments(tf.tensor1d(numbers)).variance.dataSync()[0] / exact - 1;

console.log(`sum of 2^25 ones: ${sum}`);
console.log(`mean of 2^25 ones: ${mean}`);
console.log(`variance of 2^20 numbers: relative error ${error.toExponential(2)}`);
const isAsSeen = sum === 2 ** 24 && mean === 0.5 && Math.abs(error) > 1e-4;
console.log(isAsSeen ? "as seen before" : "another behaviour than before");
process.exitCode = isAsSeen ? 0 : 1;
JS
node sums.js
