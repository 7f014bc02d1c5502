import { describe, expect, it } from "vitest";
import { pathLengths, resolveScheme } from "../../../src/analytic/index.js";
import { predictNetwork } from "../../../src/analytic/mean-field/index.js";
import { InvalidArgumentError, parseArchitecture, type ResidualScheme } from "../../../src/network/index.js";
import { type PlannedBatchOptions, plannedBatch } from "./planned-batches.js";

type Grid = number[][];

function network(size: number, options: PlannedBatchOptions & { readonly scheme?: ResidualScheme }) {
  const { scheme = resolveScheme("batchnorm"), ...others } = options;
  return plannedBatch(scheme, { kind: "convolution", normalizer: "batch", size, ...others });
}

/** ⟨x⟩ over the taps of a kernel, 0 outside the map. */
function averaged(x: Grid, kernel: number, stride: number): Grid {
  const reach = (kernel - 1) / 2;
  const side = Math.ceil(x.length / stride);
  return Array.from({ length: side }, (_, r) =>
    Array.from({ length: side }, (_, s) => {
      let sum = 0;
      for (let dr = -reach; dr <= reach; dr++)
        for (let ds = -reach; ds <= reach; ds++) sum += x[r * stride + dr]?.[s * stride + ds] ?? 0;
      return sum / kernel ** 2;
    }),
  );
}

function meanOf(x: Grid): number {
  return x.flat().reduce((a, b) => a + b, 0) / x.length ** 2;
}

/** The second moments of each component of a linear wrn-16-1 behind BatchNorm, by site, at an infinite batch. */
function linearWideResNet(size: number): number[] {
  const ones = Array.from({ length: size }, () => new Array<number>(size).fill(1));
  let components = [averaged(ones, 3, 1)];
  const sum = (parts: readonly Grid[]) => parts.reduce((total, part) => total + meanOf(part), 0);
  const normalized = (parts: readonly Grid[]) => {
    const variance = sum(parts);
    return parts.map((part) => part.map((row) => row.map((value) => value / variance)));
  };
  for (const stride of [1, 1, 2, 1, 2, 1]) {
    const first = normalized(components).map((part) => averaged(part, 3, stride));
    const branch = normalized(first).map((part) => averaged(part, 3, 1));
    const skip = stride === 2 ? normalized(components).map((part) => averaged(part, 1, 2)) : components;
    components = Array.from({ length: components.length + 1 }, (_, k) =>
      branch[0].map((row, r) => row.map((_, s) => (skip[k]?.[r][s] ?? 0) + (branch[k - 1]?.[r][s] ?? 0))),
    );
  }
  return components.map((part) => meanOf(part) / sum(components));
}

describe("the law of maps", () => {
  it.each([5, 16])("follows each component by site, %i sites wide", (size) => {
    const architecture = parseArchitecture("wrn-16-1");
    // With many inputs the mean over all sites vanishes.
    const { profile, lawAfter } = predictNetwork(network(size, { architecture, batch: 1e9 }));
    const law = lawAfter(6);
    for (const [k, share] of linearWideResNet(size).entries()) {
      expect(Math.abs(law.pmf(k) - share)).toBeLessThan(1e-8);
    }
    if (size === 16) {
      expect(law.mean).toBeCloseTo(2.427, 3);
      expect(pathLengths(profile).mean).toBeCloseTo(2.384, 3);
    }
    expect(law.cdf(2) + law.sf(2)).toBeCloseTo(1, 12);
    expect(law.cdf(law.quantile(0.97))).toBeGreaterThanOrEqual(0.97);
    expect(law.cdf(law.quantile(0.97) - 1)).toBeLessThan(0.97);
  });

  it.each(["batch", "none", "layer"] as const)(
    "is Poisson-binomial where there is one site, %s",
    (normalizer) => {
      const scheme = resolveScheme("skipinit");
      for (const activation of ["relu", "gelu"] as const) {
        const { profile, lawAfter } = predictNetwork(network(1, { scheme, normalizer, activation, gain: 2 }));
        const expected = pathLengths(profile);
        const law = lawAfter(5);
        expect(law.mean).toBeCloseTo(expected.mean, 12);
        for (let k = 0; k <= 5; k++) expect(law.pmf(k)).toBeCloseTo(expected.pmf(k), 12);
      }
    },
  );

  it("averages over given images", () => {
    const scheme = resolveScheme("unnormalized");
    const options = network(4, { scheme, normalizer: "none", batch: 3 });
    // Pixels of ±1 have the second moment 1 that is assumed without images.
    const data = Float32Array.from({ length: 3 * 16 }, (_, j) => (j % 3 ? 1 : -1));
    const given = predictNetwork(options, { images: { data, count: 3, channels: 1 } }).lawAfter(5);
    const assumed = predictNetwork(options).lawAfter(5);
    for (let k = 0; k <= 5; k++) expect(given.pmf(k)).toBeCloseTo(assumed.pmf(k), 12);
  });

  it("keeps the mass of the lengths that it lumps, and gives the law after any block", () => {
    const scheme = resolveScheme("unnormalized");
    const deep = predictNetwork(network(3, { scheme, normalizer: "none", depth: 200, batch: 4 }));
    const shallow = predictNetwork(network(3, { scheme, normalizer: "none", depth: 20, batch: 4 }));
    expect(deep.lawAfter(20).mean).toBeCloseTo(shallow.lawAfter(20).mean, 10);
    const law = deep.lawAfter(200);
    expect(law.cdf(200)).toBe(1);
    let mass = 0;
    for (let k = 0; k <= 200; k++) mass += law.pmf(k);
    expect(mass).toBeCloseTo(1, 12);
    expect(() => deep.lawAfter(201)).toThrow(InvalidArgumentError);
  });
});
