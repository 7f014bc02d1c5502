import { describe, expect, it } from "vitest";
import { DataError, InvalidArgumentError } from "../../src/network/errors.js";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "../../src/train/index.js";

/** The format, written down here a second time: the header's length, the header, the data. */
function fileOf(header: unknown, data: readonly number[] = []): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.from(data)]);
}

const tensors: NamedTensor[] = [
  { name: "b.weight", shape: [2, 1], values: Float32Array.of(1, -0) },
  { name: "a", shape: [], values: Float32Array.of(Number.NEGATIVE_INFINITY) },
  { name: "empty", shape: [0, 3], values: new Float32Array(0) },
];

describe("encodeSafetensors", () => {
  it("writes the bytes that the format says", () => {
    const bytes = encodeSafetensors({ tensors, metadata: { model: "é" } });
    const length = Number(Buffer.from(bytes).readBigUInt64LE(0));
    expect(length % 8).toBe(0);
    const header = Buffer.from(bytes).toString("utf8", 8, 8 + length);
    expect(header).toMatch(/^\{.*\} *$/);
    expect(JSON.parse(header)).toEqual({
      __metadata__: { model: "é" },
      "b.weight": { dtype: "F32", shape: [2, 1], data_offsets: [0, 8] },
      a: { dtype: "F32", shape: [], data_offsets: [8, 12] },
      empty: { dtype: "F32", shape: [0, 3], data_offsets: [12, 12] },
    });
    // 1, −0 and −∞ as IEEE 754 has them, the lowest byte first.
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0x80, 0, 0, 0x80, 0xff]);
  });

  it("gives back what it was given", () => {
    const metadata = { model: "wrn-16-1", note: '"quoted"' };
    expect(decodeSafetensors(encodeSafetensors({ tensors, metadata }))).toEqual({ tensors, metadata });
    expect(decodeSafetensors(encodeSafetensors({ tensors: [], metadata: {} }))).toEqual({
      tensors: [],
      metadata: {},
    });
  });

  it("refuses what would not be read back", () => {
    const one = tensors[1];
    const encode = (given: NamedTensor[]) => () => encodeSafetensors({ tensors: given, metadata: {} });
    expect(encode([one, one])).toThrow(InvalidArgumentError);
    expect(encode([{ ...one, name: "__metadata__" }])).toThrow("and not __metadata__");
    expect(encode([{ ...one, shape: [2] }])).toThrow('the shape of a must be that of 1 numbers, not "[2]"');
  });
});

describe("decodeSafetensors", () => {
  const entry = (start: number, end: number, more: object = {}) => ({
    dtype: "F32",
    shape: [(end - start) / 4],
    data_offsets: [start, end],
    ...more,
  });

  it("takes tensors in any order, from bytes that start anywhere", () => {
    const file = fileOf({ later: entry(4, 8), first: entry(0, 4) }, [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
    const shifted = Buffer.concat([Buffer.alloc(3), file]).subarray(3);
    expect(decodeSafetensors(shifted).tensors).toEqual([
      { name: "first", shape: [1], values: Float32Array.of(1) },
      { name: "later", shape: [1], values: Float32Array.of(2) },
    ]);
  });

  const zeros = (count: number) => Array<number>(count).fill(0);
  const cutOff = (bytes: Uint8Array, count: number) => bytes.subarray(0, bytes.length - count);
  it.each<[string, Uint8Array, string]>([
    ["no bytes", new Uint8Array(0), "is not a safetensors file: it has 0 bytes"],
    [
      "a zip",
      Buffer.from("PK\u0003\u0004 and so on"),
      "is not a safetensors file: it is a zip archive, as torch.save",
    ],
    [
      "a pointer",
      Buffer.from("version https://git-lfs.github.com/spec/v1\n"),
      "is not a safetensors file: it is a pointer of Git LFS; fetch the file that it stands for",
    ],
    [
      "a text",
      Buffer.from("block,skip,branch\n"),
      "is not a safetensors file: its header is not an object of JSON",
    ],
    ["a list", fileOf([]), "is not a safetensors file: its header is not an object of JSON"],
    ["half a header", cutOff(fileOf({ a: entry(0, 4) }), 20), "is cut off: its header is to be"],
    ["no JSON", fileOf("{]"), "has a damaged header: it is not JSON"],
    [
      "metadata that is no text",
      fileOf({ __metadata__: { step: 1 } }),
      "has a damaged header: __metadata__ must be an object of texts",
    ],
    [
      "no offsets",
      fileOf({ a: { dtype: "F32", shape: [1] } }),
      "has a damaged header: a must have a dtype, a shape and data_offsets",
    ],
    [
      "a negative size",
      fileOf({ a: entry(0, 4, { shape: [-1] }) }, zeros(4)),
      "has a damaged header: a must have",
    ],
    [
      "an end before the start",
      fileOf({ a: entry(4, 0, { shape: [] }) }),
      "has a damaged header: a ends at byte 0",
    ],
    [
      "another type",
      fileOf({ a: entry(0, 8, { dtype: "I64" }) }, zeros(8)),
      "has a tensor that is not read: a is of type I64, and weights are F32, F16, BF16 and F64; leave it out, or convert it",
    ],
    [
      "a shape of another size",
      fileOf({ a: entry(0, 4, { dtype: "F16", shape: [3] }) }, zeros(4)),
      "has a damaged header: a has 4 bytes, and the shape [3] in F16 takes 6",
    ],
    [
      "an overlap",
      fileOf({ a: entry(0, 8), b: entry(4, 12) }, zeros(12)),
      "has a damaged header: b overlaps",
    ],
    ["a gap", fileOf({ a: entry(0, 4), b: entry(8, 12) }, zeros(12)), "has a damaged header: b leaves a gap"],
    [
      "less than it says",
      fileOf({ a: entry(0, 8) }, zeros(7)),
      "is cut off: its tensors take 8 bytes, and 7 follow the header",
    ],
    [
      "more than it says",
      fileOf({ a: entry(0, 4) }, zeros(8)),
      "has a damaged header: its tensors take 4 bytes, and 8 follow the header",
    ],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes, "x.safetensors")).toThrow(DataError);
    expect(() => decodeSafetensors(bytes, "x.safetensors")).toThrow(`x.safetensors ${message}`);
  });

  it("leaves PyTorch's counters out, in whatever type", () => {
    const file = fileOf(
      {
        "norm.num_batches_tracked": { dtype: "I64", shape: [], data_offsets: [0, 8] },
        n_averaged: { dtype: "I32", shape: [], data_offsets: [8, 12] },
        a: entry(12, 16),
      },
      [...zeros(12), 0, 0, 0x80, 0x3f],
    );
    expect(decodeSafetensors(file).tensors).toEqual([{ name: "a", shape: [1], values: Float32Array.of(1) }]);
  });
});
