import { describe, expect, it } from "vitest";
import { extrapolateBatches, extrapolateWidths } from "../../src/compare/index.js";
import type { NetworkRecord, SampleDocument } from "../../src/network/index.js";
import { sample } from "./sample-document.js";

/** Another value of each setting of a record: the compiler asks for those that are missing. */
const OTHERS: { readonly [Name in keyof Required<NetworkRecord>]: NetworkRecord[Name] } = {
  scheme: "skipinit",
  alpha: "1/d",
  skipExpression: "0.9",
  survival: "0.8",
  activation: "relu",
  normalizer: "layer",
  position: "post",
  groups: 8,
  branchLayers: 2,
  weights: "orthogonal",
  gain: 2,
  architecture: "wrn-16-1",
  inputVariance: 4,
  depth: 50,
  width: 32,
  inputDimension: 1000,
  imageSize: 16,
  images: "cifar10",
  dataChecksums: { "a.bin": "00" },
  batch: 32,
};
const names = Object.keys(OTHERS) as (keyof typeof OTHERS)[];
const theory = { meanLength: 4.2, within: { 6: 0.88 } };
const extrapolate = {
  width: (documents: readonly SampleDocument[]) => extrapolateWidths(documents),
  batch: (documents: readonly SampleDocument[]) => extrapolateBatches(documents, theory),
};
/** The sample with other settings of its networks. */
const withNetwork = (document: SampleDocument, settings: Partial<NetworkRecord>): SampleDocument => ({
  ...document,
  network: { ...document.network, ...settings },
});

/** A sample of the one size or the other; the rest is the same. */
const SIZES = { width: [64, 128], batch: [64, 16] } as const;

describe.each(["width", "batch"] as const)("samples of several values of %s", (along) => {
  const [first, second] = SIZES[along].map((size) => withNetwork(sample(64, 0), { [along]: size }));

  it.each(names.filter((name) => name !== along))("are refused when they differ in %s", (name) => {
    const message = (values: string) =>
      `documents must be samples of one network, which differ in ${along} alone, not ${JSON.stringify(`${name} ${values}`)}`;
    const shown = (value: unknown) => (typeof value === "object" ? '[["a.bin","00"]]' : String(value));
    const usual = name === "inputVariance" ? "1" : shown(first.network[name]);
    const other = withNetwork(second, { [name]: OTHERS[name] });
    const refused = (documents: readonly SampleDocument[]) => expect(() => extrapolate[along](documents));
    refused([first, other]).toThrow(message(`${usual} and ${shown(OTHERS[name])}`));
    // In any order and place, and when one of them says nothing of it.
    refused([other, first]).toThrow(message(`${shown(OTHERS[name])} and ${usual}`));
    refused([first, second, other]).toThrow(message(`${usual} and ${shown(OTHERS[name])}`));
  });

  it("are taken when they were drawn otherwise, and whatever the order of their checksums", () => {
    const [one, two] = [
      withNetwork(first, { dataChecksums: { "a.bin": "0", "b.bin": "1" } }),
      withNetwork(second, { dataChecksums: { "b.bin": "1", "a.bin": "0" }, inputVariance: 1 }),
    ];
    const drawn = { ...two, seed: 7, trials: 40, sampler: "gram" } as const;
    expect(extrapolate[along]([one, drawn]).meanLength.mean).toBeCloseTo(4.2, 12);
  });

  it("are refused when only one of them says something of its networks, whatever it is called", () => {
    const later = { settingOfALaterVersion: 2 } as Partial<NetworkRecord>;
    for (const documents of [
      [first, withNetwork(second, later)],
      [withNetwork(first, later), second],
    ]) {
      expect(() => extrapolate[along](documents)).toThrow(
        /settingOfALaterVersion (undefined and 2|2 and undefined)/,
      );
    }
  });
});
