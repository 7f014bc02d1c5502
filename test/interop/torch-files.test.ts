import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTensors } from "../../src/tensor/index.js";
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type Network,
} from "../../src/train/index.js";
import { loadWeights } from "../../src/train/run/starting-point.js";
import { readEntries, weightEntries } from "../../src/train/weights/index.js";
import { networkOf } from "../train/networks.js";

// Written by scripts/fixtures/torch_weights.py.
const folder = join(import.meta.dirname, "../fixtures/weights");
const read = (name: string) => decodeSafetensors(readFileSync(join(folder, name)), name);

let network: Network;
beforeAll(async () => {
  await startTensors("wasm");
  network = networkOf("wrn-10-0.25", "batchnorm");
});
afterAll(() => network.dispose());

/** The network's numbers by name after loading, and the prefix that was reported. */
function load(tensors: readonly NamedTensor[], path = "w.safetensors") {
  let dropped: string | undefined;
  loadWeights({ weights: { path, tensors, metadata: {} } }, network, (prefix) => {
    dropped = prefix;
  });
  return { dropped, values: valuesOf(readEntries(weightEntries(network))) };
}
const valuesOf = (tensors: readonly NamedTensor[]) =>
  Object.fromEntries(tensors.map(({ name, values }) => [name, values]));

describe("weights as PyTorch and safetensors write them", () => {
  const whole = read("float32.safetensors").tensors;

  it.each([
    ["float32", undefined],
    ["float64", undefined],
    ["data-parallel", "module."],
    ["averaged", "module."],
    ["compiled-data-parallel", "_orig_mod.module."],
    ["compiled-in-a-model", "model._orig_mod."],
    ["backbone", "backbone."],
  ])("%s.safetensors, without %s", (name, prefix) => {
    const { dropped, values } = load(read(`${name}.safetensors`).tensors);
    expect(dropped).toBe(prefix);
    // The counters of batches are left out.
    expect(Object.keys(values)).toHaveLength(whole.length);
    expect(values).toEqual(valuesOf(whole));
  });

  it.each([
    // Half the distance between neighbours, relative to the number; float16 has subnormals besides, 2⁻²⁴ apart.
    ["float16", 2 ** -11, 2 ** -25],
    ["bfloat16", 2 ** -8, 0],
  ])("%s.safetensors, the weights rounded", (name, relative, absolute) => {
    const { values } = load(read(`${name}.safetensors`).tensors);
    let furthest = 0;
    for (const { name, values: exact } of whole) {
      exact.forEach((value, index) => {
        const bound = Math.max(relative * Math.abs(value), absolute);
        const error = Math.abs(values[name]![index]! - value);
        // bfloat16 was rounded from the float16s.
        expect(error).toBeLessThanOrEqual(bound * (relative === 2 ** -8 ? 1 + 2 ** -2 : 1));
        furthest = Math.max(furthest, error);
      });
    }
    expect(furthest).toBeGreaterThan(0);
  });
});

describe("floats of other widths", () => {
  const reference = JSON.parse(readFileSync(join(folder, "float-formats.json"), "utf8"));
  const decode = (dtype: string, data: Uint8Array, bytes: number) => {
    const entry = { dtype, shape: [data.length / bytes], data_offsets: [0, data.length] };
    const json = Buffer.from(JSON.stringify({ x: entry }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return decodeSafetensors(Buffer.concat([length, json, data])).tensors[0]!.values;
  };
  const sha256 = (values: Float32Array) =>
    createHash("sha256").update(new Uint8Array(values.buffer)).digest("hex");
  const patterns = new Uint8Array(Uint16Array.from({ length: 65536 }, (_, index) => index).buffer);

  it.each([
    ["F16", "float16Sha256", 2 * (2 ** 10 - 1)],
    ["BF16", "bfloat16Sha256", 2 * (2 ** 7 - 1)],
  ])("%s has all 65,536 numbers as NumPy has them", (dtype, key, nans) => {
    const values = decode(dtype, patterns, 2);
    expect(values.filter(Number.isNaN)).toHaveLength(nans);
    expect(sha256(values.filter((value) => !Number.isNaN(value)))).toBe(reference[key]);
  });

  it("F64 is rounded to the nearest float32, to even at ties, subnormal ones too, as NumPy rounds it", () => {
    const values = decode("F64", Buffer.from(reference.float64.join(""), "hex"), 8);
    expect([...new Uint32Array(values.buffer)]).toEqual(reference.float32);
  });
});

describe("weights that do not fit", () => {
  const { tensors } = read("float32.safetensors");
  const bytes = () =>
    Buffer.from(encodeSafetensors({ tensors: readEntries(weightEntries(network)), metadata: {} }));
  const renamed = (from: string | RegExp, to: string) =>
    tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace(from, to) }));
  const extra = (name: string) => ({ name, shape: [1], values: Float32Array.of(1) });

  it.each<[string, NamedTensor[], string]>([
    [
      "another spelling",
      renamed("block2.conv1", "block2.conv_1"),
      "w.safetensors is of another network: it has no block2.conv1.weight; the nearest that it has is block2.conv_1.weight",
    ],
    [
      "another spelling behind a prefix",
      renamed("block2.conv1", "block2.conv_1").map((tensor) => ({
        ...tensor,
        name: `module.${tensor.name}`,
      })),
      "w.safetensors, without module., is of another network: it has no block2.conv1.weight; the nearest that it has is block2.conv_1.weight",
    ],
    [
      "a prefix that only some have",
      renamed(/^(?=block)/, "backbone."),
      "w.safetensors is of another network: it has no block1.norm1.weight; the nearest that it has is backbone.block1.norm1.weight",
    ],
    [
      "nothing alike",
      [extra("encoder.embedding.weight")],
      "w.safetensors is of another network: it has no stem.weight; the nearest that it has is encoder.embedding.weight",
    ],
    [
      "a part of the network alone",
      tensors.filter(({ name }) => name.startsWith("block1.")),
      "w.safetensors is of another network: it has no stem.weight",
    ],
    [
      "tensors besides",
      [...tensors, extra("ema.decay")],
      "w.safetensors is of another network: this one has no ema.decay",
    ],
    [
      "many of them",
      [...tensors, ...["a", "b", "c", "d", "e"].map((name) => extra(`exp_avg.${name}`))],
      "w.safetensors is of another network: this one has no exp_avg.a, nor exp_avg.b, exp_avg.c and 2 more",
    ],
    [
      "a number that is none",
      tensors.map((tensor) =>
        tensor.name === "norm.bias" ? { ...tensor, values: tensor.values.map(() => Number.NaN) } : tensor,
      ),
      "w.safetensors cannot be started from: norm.bias has the value NaN in float32",
    ],
    [
      "a variance below 0",
      tensors.map((tensor) =>
        tensor.name === "norm.running_var" ? { ...tensor, values: tensor.values.map(() => -1) } : tensor,
      ),
      "w.safetensors cannot be started from: norm.running_var has the value -1 in float32",
    ],
  ])("%s: refused in one line, and nothing is changed", (_, given, message) => {
    const old = bytes();
    let refusal = "accepted";
    try {
      load(given);
    } catch (error) {
      refusal = (error as Error).message;
    }
    expect(refusal).toBe(message);
    expect(bytes().equals(old)).toBe(true);
  });
});
