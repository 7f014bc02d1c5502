import { describe, expect, it } from "vitest";
import { currentDocument } from "../../src/network/older-documents.js";
import { parseResultDocument, plotOf, tableOf } from "../../src/plot/index.js";

const series = { mean: [1, 2], se: [0.1, 0.2] };
const number = { mean: 1.1, se: 0.1, theory: 1, z: 1 };
const verdict = { status: "agrees", reason: "it does" };
const lengths = { shares: series, meanLength: number, within: { 1: number } };
const blocks = {
  ...{ skip: series, branch: series, skipSecondMoment: series, branchSecondMoment: series },
  ...{ movingMeanSquared: series, movingVariance: series },
};
const predictedBlocks = { skip: [1, 2], branch: [1, 1], movingMeanSquared: [0, 0] };
const slopes = { skip: number, skipSecondMoment: number, movingMeanSquared: number };
const drawing = { seed: 3, sampler: "direct", trials: 4 };

/** By kind, what samples once were in a file, and what they are now. */
const KINDS = {
  sample: {
    before: {
      ...{
        kind: "sample",
        format: 1,
        scheme: "custom",
        alpha: "1/d",
        skipExpression: "0.9",
        survival: "0.8",
      },
      ...{ activation: "relu", normalizer: "group", position: "post", groups: 2, branchLayers: 2 },
      ...{ weights: "orthogonal", gain: 2, architecture: "pre-ln-1", inputVariance: 4 },
      ...{ depth: 2, width: 8, inputDimension: 100, batch: 16 },
      ...{ ...drawing, attribution: "covariance", ...blocks, ...lengths },
      predicted: { ...predictedBlocks, shares: [0.5, 0.5] },
      verdict,
    },
    now: {
      kind: "sample",
      format: 3,
      network: {
        scheme: "custom",
        alpha: "1/d",
        skipExpression: "0.9",
        survival: "0.8",
        activation: "relu",
        normalizer: "group",
        position: "post",
        groups: 2,
        branchLayers: 2,
        weights: "orthogonal",
        gain: 2,
        architecture: "pre-ln-1",
        inputVariance: 4,
        depth: 2,
        width: 8,
        inputDimension: 100,
        batch: 16,
      },
      ...{ seed: 3, sampler: "direct", trials: 4, attribution: "covariance", ...blocks, ...lengths },
      predicted: { ...predictedBlocks, shares: [0.5, 0.5] },
      verdict,
    },
  },
  "sample, of before there were choices and an input variance": {
    before: {
      ...{ kind: "sample", scheme: "batchnorm", activation: "linear", convention: "unit-input" },
      ...{
        depth: 2,
        width: 8,
        inputDimension: 100,
        batch: 16,
        trials: 4,
        seed: 0,
        attribution: "covariance",
      },
      ...{ ...blocks, ...lengths, slopes, predicted: { ...predictedBlocks, shares: [1] }, verdict },
    },
    now: {
      kind: "sample",
      format: 3,
      network: {
        ...{ scheme: "batchnorm", activation: "linear", inputVariance: 1 },
        ...{ depth: 2, width: 8, inputDimension: 100, batch: 16 },
      },
      ...{ trials: 4, seed: 0, attribution: "covariance" },
      ...{ ...blocks, ...lengths, slopes, predicted: { ...predictedBlocks, shares: [1] }, verdict },
    },
  },
  "variance-sample": {
    before: {
      ...{ kind: "variance-sample", format: 1, scheme: "batchnorm", activation: "relu", inputVariance: 1 },
      ...{ depth: 2, width: 4, inputDimension: 192, imageSize: 8, images: "cifar10" },
      ...{ dataChecksums: { "a.bin": "00" }, batch: 16, seed: 3, sampler: "gram", trials: 4 },
      ...{ attribution: "covariance", ...blocks, slopes, predicted: predictedBlocks, verdict },
    },
    now: {
      kind: "variance-sample",
      format: 3,
      network: {
        ...{ scheme: "batchnorm", activation: "relu", inputVariance: 1, depth: 2, width: 4 },
        ...{
          inputDimension: 192,
          imageSize: 8,
          images: "cifar10",
          dataChecksums: { "a.bin": "00" },
          batch: 16,
        },
      },
      ...{ seed: 3, sampler: "gram", trials: 4 },
      ...{ attribution: "covariance", ...blocks, slopes, predicted: predictedBlocks, verdict },
    },
  },
  "convolutional-sample": {
    before: {
      ...{ kind: "convolutional-sample", scheme: "batchnorm", depth: 2, channels: 4, imageSize: 8 },
      ...{ batch: 16, trials: 4, seed: 0, dataChecksums: { "a.bin": "00" } },
      ...{ skip: series, branch: series, skipSecondMoment: series, movingMeanSquared: series, slopes },
      predicted: { paddingFactor: 0.84, ...predictedBlocks },
      verdict,
    },
    now: {
      kind: "variance-sample",
      format: 3,
      network: {
        ...{ scheme: "batchnorm", activation: "relu", depth: 2, width: 4, imageSize: 8 },
        ...{ dataChecksums: { "a.bin": "00" }, batch: 16 },
      },
      ...{ trials: 4, seed: 0, attribution: "covariance" },
      ...{ skip: series, branch: series, skipSecondMoment: series, movingMeanSquared: series, slopes },
      predicted: predictedBlocks,
      verdict,
    },
  },
  "backward-sample": {
    before: {
      ...{ kind: "backward-sample", scheme: "unnormalized", activation: "linear", normalizer: "none" },
      ...{ convention: "unit-input", depth: 2, width: 8, inputDimension: 100, batch: 16, ...drawing },
      ...{ squaredNorm: series, growth: number, ...lengths },
      predicted: { logSquaredNorm: [1, 0], shares: [0.5, 0.5] },
      verdict,
    },
    now: {
      kind: "backward-sample",
      format: 3,
      network: {
        ...{ scheme: "unnormalized", activation: "linear", normalizer: "none", inputVariance: 1 },
        ...{ depth: 2, width: 8, inputDimension: 100, batch: 16 },
      },
      ...{ seed: 3, sampler: "direct", trials: 4, squaredNorm: series, growth: number, ...lengths },
      predicted: { logSquaredNorm: [1, 0], shares: [0.5, 0.5] },
      verdict,
    },
  },
  "sample-extrapolation": {
    before: {
      ...{ kind: "sample-extrapolation", format: 1, along: "width", sizes: [8, 16], trials: [4, 4] },
      ...{ scheme: "batchnorm", activation: "linear", depth: 2, inputDimension: 100, inputVariance: 1 },
      ...{ seed: 3, sampler: "direct", batch: 16 },
      numbers: [
        { label: "n", points: [number, number], limit: number, slope: 1, slopeError: 1, chiSquare: 1 },
      ],
      verdict,
    },
    now: {
      ...{ kind: "sample-extrapolation", format: 3, along: "width", sizes: [8, 16], trials: [4, 4] },
      network: {
        ...{ scheme: "batchnorm", activation: "linear", depth: 2, inputDimension: 100, inputVariance: 1 },
        batch: 16,
      },
      ...{ seed: 3, sampler: "direct" },
      numbers: [
        { label: "n", points: [number, number], limit: number, slope: 1, slopeError: 1, chiSquare: 1 },
      ],
      verdict,
    },
  },
};

const read = (document: unknown) => parseResultDocument(JSON.stringify(document), "it");
const validation = (documents: Readonly<Record<string, unknown>>) => ({
  ...{ kind: "validation", format: 2, quick: true, seed: 0, documents },
  claims: [
    ...[{ id: "a", title: "a", statement: "a", numbers: [{ label: "n", value: 1, z: 1 }], verdict }].map(
      (claim) => ({
        ...claim,
        ...{ scaledDown: [], pictures: [] },
      }),
    ),
  ],
});

describe.each(Object.entries(KINDS))("a %s of format 1", (_name, { before, now }) => {
  it("is read as what is written now, alone and in a validation", async () => {
    expect(currentDocument(before)).toEqual(now);
    expect(await read(before)).toEqual(now);
    expect(await read(validation({ one: before, two: now }))).toEqual(validation({ one: now, two: now }));
    const older = { ...validation({ one: before, two: now }), format: 1 };
    expect(await read(older)).toEqual(validation({ one: now, two: now }));
  });

  it("and so is one of format 2, which had no margins", async () => {
    const second = { ...now, format: 2 };
    expect(currentDocument(second)).toEqual(now);
    expect(await read(second)).toEqual(now);
    expect(await read(validation({ one: second }))).toEqual(validation({ one: now }));
  });

  it("looks the same", async () => {
    const [older, current] = [await read(before), await read(now)];
    expect(plotOf(older)).toEqual(plotOf(current));
    expect(tableOf(older)).toEqual(tableOf(current));
    // From the API a document may come as JSON.parse has left it.
    const parsed = JSON.parse(JSON.stringify(before));
    expect(plotOf(parsed)).toEqual(plotOf(current));
    expect(tableOf(parsed)).toEqual(tableOf(current));
  });

  it("is refused by the names of its own fields, alone and in a validation", async () => {
    const { depth: _, ...lacking } = before;
    const damaged = { ...before, batch: "many" };
    for (const [document, message] of [
      [lacking, "depth is missing"],
      [damaged, 'batch must be a whole number of at least 1, not "many"'],
    ] as const) {
      await expect(read(document)).rejects.toThrow(`document: ${message}; make it again`);
      const report = validation({ "a.b": now, "figure-4b": document });
      await expect(read(report)).rejects.toThrow(`document: documents.figure-4b.${message}; make it again`);
    }
  });

  it("and one written now is refused where it is", async () => {
    const { depth: _, ...network } = now.network;
    await expect(read({ ...now, network })).rejects.toThrow(": network.depth is missing;");
    await expect(read(validation({ it: { ...now, network } }))).rejects.toThrow(
      ": documents.it.network.depth is missing;",
    );
    const { network: _network, ...without } = now;
    await expect(read(without)).rejects.toThrow(": network is missing;");
    await expect(read({ ...now, format: 1 })).rejects.toThrow(": format must be 3, not 1;");
    const { format: _format, ...unversioned } = now;
    await expect(read(unversioned)).rejects.toThrow(": format is missing;");
  });

  it("or is of a newer version, alone and in a validation", async () => {
    const newer = { ...now, format: 4 };
    for (const document of [newer, validation({ it: newer }), { ...before, kind: now.kind, format: 4 }]) {
      await expect(read(document)).rejects.toThrow(
        "it was written by a newer version of respath (format 4; this one reads 3): update respath",
      );
    }
  });
});
