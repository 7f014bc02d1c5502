import { describe, expect, it } from "vitest";
import { parseScale } from "../../src/analytic/expression.js";
import {
  configureScheme,
  pathLengths,
  predictMoments,
  predictPathLaw,
  predictPathLengths,
  predictProfile,
  resolveScheme,
  settingsOf,
} from "../../src/analytic/index.js";
import { branchFractions, parseArchitecture, SCHEME_NAMES } from "../../src/network/index.js";

const q = (options: Parameters<typeof predictProfile>[0]) => branchFractions(predictProfile(options));

describe("branch fractions of the table in the theory (d blocks)", () => {
  it.each([
    ["nfnet", (i: number) => 0.04 / (1 + i * 0.04)],
    ["pre-ln", (i: number) => 1 / (i + 1)],
    ["layernorm", (i: number) => 1 / (i + 1)],
    ["groupnorm", (i: number) => 1 / (i + 1)],
    ["post-ln", () => 1 / 2],
    ["deepnorm", (_i: number, d: number) => 1 / (1 + Math.sqrt(d) * Math.sqrt(4 * d))],
    ["depth-mup", (_i: number, d: number) => 1 / (d + 1)],
    ["stable-resnet", (_i: number, d: number) => 1 / (d + 1)],
    ["layerscale", () => 0.01 / 1.01],
    ["custom", () => 1 / 2],
  ] as const)("%s", (name, expected) => {
    for (const depth of [1, 6, 100]) {
      for (const activation of ["linear", "relu"] as const) {
        for (const [index, value] of q({ scheme: resolveScheme(name), depth, activation }).entries()) {
          expect(value / expected(index + 1, depth)).toBeCloseTo(1, 13);
        }
      }
    }
  });

  it("post-LN and DeepNorm keep a variance of 1", () => {
    for (const name of ["post-ln", "deepnorm"]) {
      const { skip, branch } = predictProfile({ scheme: resolveScheme(name), depth: 30 });
      for (const [index, s] of skip.entries()) expect(s + branch[index]).toBeCloseTo(1, 13);
    }
  });

  it("SkipInit's α of √d-scaled branches leads to Poisson(1), DeepNorm's to Poisson(1/2)", () => {
    for (const [name, mean] of [
      ["depth-mup", 1],
      ["stable-resnet", 1],
      ["deepnorm", 1 / 2],
    ] as const) {
      const { lengths } = predictPathLaw({ scheme: resolveScheme(name), depth: 1e6 });
      // Le Cam: the total variation is at most Σq² ≤ 1/d, and the mean differs by less than 1/d.
      for (const [k, factorial] of [1, 1, 2, 6].entries()) {
        expect(Math.abs(lengths.pmf(k) - (Math.exp(-mean) * mean ** k) / factorial)).toBeLessThan(2e-6);
      }
    }
  });

  it("custom scales of both paths, at every block", () => {
    const scheme = configureScheme("custom", { alpha: parseScale("i/d"), skip: parseScale("1/sqrt(2)") });
    for (const [index, value] of q({ scheme, depth: 10 }).entries()) {
      const a = (index + 1) / 10;
      expect(value).toBeCloseTo((a * a) / (a * a + 0.5), 14);
    }
    const normalized = configureScheme("custom", { alpha: parseScale("0.5"), normalized: true });
    for (const [index, value] of q({ scheme: normalized, depth: 10 }).entries()) {
      expect(value).toBeCloseTo(0.25 / (1 + 0.25 * (index + 1)), 14);
    }
  });

  it("LayerNorm leaves the batch mean, BatchNorm does not", () => {
    const at = (name: string) => q({ scheme: resolveScheme(name), depth: 50, activation: "relu" })[49];
    expect(at("pre-ln")).toBeCloseTo(1 / 51, 14);
    expect(at("batchnorm")).toBeCloseTo(1 / (50 + Math.PI / (Math.PI - 1)), 14);
  });
});

describe("the law by closed form is the law block by block", () => {
  it.each(SCHEME_NAMES.filter((name) => name !== "stochastic-depth"))("%s", (name) => {
    const scheme = resolveScheme(name);
    for (const activation of ["linear", "relu"] as const) {
      for (const convention of ["unit-input", "paper"] as const) {
        if (convention === "paper" && scheme.normalizer === "none") continue;
        const options = { scheme, depth: 40, activation, convention };
        const { lengths, method } = predictPathLaw(options);
        expect(method).not.toBe("poisson-binomial");
        const reference = pathLengths(predictProfile(options));
        for (let k = 0; k <= 40; k++) {
          const [value, expected] = [lengths.pmf(k), reference.pmf(k)];
          expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-11 * expected);
        }
      }
    }
  });

  it("answers at 10^15 blocks, and at 10^100", () => {
    const scheme = resolveScheme("batchnorm");
    const document = predictPathLengths({ scheme, depth: 1e15, within: [45], inputVariance: 0 });
    // Mean and variance of 1/i: H_d and H_d − ζ(2), to 1/d.
    const harmonic = Math.log(1e15) + 0.5772156649015329;
    expect(document.mean).toBeCloseTo(harmonic, 12);
    expect(document.variance).toBeCloseTo(harmonic - Math.PI ** 2 / 6, 11);
    expect(predictPathLengths({ scheme, depth: 1e100, inputVariance: 0 }).mean).toBeCloseTo(
      100 * Math.LN10 + 0.577215664901533,
      10,
    );
  });

  it("a wide law of many blocks says how exact it is", () => {
    const scheme = resolveScheme("skipinit", parseScale("1 + 1/i"));
    const { lengths, method, absoluteErrorBound } = predictPathLaw({ scheme, depth: 200_000 });
    expect(method).toBe("fast-poisson-binomial");
    expect(absoluteErrorBound).toBeLessThan(1e-9);
    expect(lengths.mean).toBeCloseTo(
      q({ scheme, depth: 200_000 }).reduce((sum, value) => sum + value),
      6,
    );
  });

  it("lists a bounded part of a wide law, and says what is left out", () => {
    const { pmf, pmfFrom, omittedMass, mean } = predictPathLengths({
      scheme: resolveScheme("sqrt2"),
      depth: 1_000_000,
    });
    expect(pmf.length).toBeLessThanOrEqual(10_000);
    expect(pmfFrom).toBeGreaterThan(0);
    expect(pmf.reduce((a, b) => a + b) + omittedMass).toBeCloseTo(1, 10);
    expect(pmf.reduce((sum, p, index) => sum + p * (pmfFrom! + index), 0)).toBeCloseTo(mean, 3);
  });

  it("refuses more blocks than it can work out one by one", () => {
    const scheme = resolveScheme("skipinit", parseScale("1/i"));
    expect(() => predictPathLengths({ scheme, depth: 10_000_001 })).toThrow(/depth must be at most 10000000/);
  });
});

describe("real architectures", () => {
  it("NF-ResNet-50's expected 1/std (Brock et al. 2021)", () => {
    const { input, skip, branch } = predictMoments({
      scheme: resolveScheme("nfnet"),
      architecture: parseArchitecture("nf-resnet-50"),
      activation: "relu",
    });
    const expected =
      "1.0000 0.9806 0.9623 0.9449 0.9806 0.9623 0.9449 0.9285 0.9806 0.9623 0.9449 0.9285 0.9129 0.8980 0.9806 0.9623";
    expect(input.secondMoment.map((value) => (1 / Math.sqrt(value)).toFixed(4)).join(" ")).toBe(expected);
    expect(Math.sqrt(skip.secondMoment[15] + branch.secondMoment[15]).toFixed(4)).toBe("1.0583");
  });

  it.each(["linear", "relu"] as const)(
    "BatchNorm begins anew in each transition block (%s)",
    (activation) => {
      const fractions = q({
        scheme: resolveScheme("batchnorm"),
        architecture: parseArchitecture("wrn-100-2"),
        activation,
      });
      // 16 blocks a stage; behind a transition both paths have the variance of a branch.
      for (const [index, value] of fractions.entries()) expect(value).toBeCloseTo(1 / ((index % 16) + 2), 13);
    },
  );

  it("in wrn-100-1 the first stage continues the stem", () => {
    const fractions = q({
      scheme: resolveScheme("batchnorm"),
      architecture: parseArchitecture("wrn-100-1"),
      activation: "relu",
    });
    const c = Math.PI / (Math.PI - 1);
    for (let i = 1; i <= 16; i++) expect(fractions[i - 1]).toBeCloseTo(1 / (i + c), 13);
    expect(fractions[16]).toBeCloseTo(1 / 2, 13);
  });

  it("a raw scheme passes a transition as it is", () => {
    const architecture = parseArchitecture("wrn-100-2");
    for (const value of q({ scheme: resolveScheme("skipinit"), architecture, activation: "relu" })) {
      expect(value).toBeCloseTo(1 / 49, 14);
    }
  });

  it("an expression may use the place in the stage", () => {
    const scheme = configureScheme("custom", { alpha: parseScale("j/n") });
    const fractions = q({ scheme, architecture: parseArchitecture("wrn-16-2") });
    expect(fractions.map((value) => Number(value.toFixed(12)))).toEqual([0.2, 0.5, 0.2, 0.5, 0.2, 0.5]);
  });

  it("Veit et al. 2016: 0.4537 % of the paths of 54 unnormalised blocks have a length from 5 to 17", () => {
    const { lengths } = predictPathLaw({ scheme: resolveScheme("unnormalized"), depth: 54 });
    expect((100 * (lengths.cdf(17) - lengths.cdf(4))).toFixed(4)).toBe("0.4537");
  });

  it("refuses a depth that is not its own, and the paper's convention", () => {
    const options = { scheme: resolveScheme("batchnorm"), architecture: parseArchitecture("wrn-16-2") };
    expect(() => predictProfile({ ...options, depth: 7 })).toThrow(
      /depth must be absent, or the 6 of wrn-16-2/,
    );
    expect(() => predictPathLengths({ ...options, convention: "paper" })).toThrow(
      /convention must be unit-input for wrn-16-2/,
    );
  });
});

describe("what a ReLU branch makes of the batch mean", () => {
  const moments = (name: string, architecture = "wrn-16-1") =>
    predictMoments({
      scheme: resolveScheme(name),
      architecture: parseArchitecture(architecture),
      activation: "relu",
    });

  it("NF-ResNet's centred weights add none", () => {
    for (const value of moments("nfnet", "nf-resnet-50").branch.meanSquared) expect(value).toBeCloseTo(0, 15);
  });

  it("BatchNorm starts from 0 in each layer: 1/π, however many there are", () => {
    for (const value of moments("batchnorm").branch.meanSquared) expect(value).toBeCloseTo(1 / Math.PI, 15);
  });

  it("a raw branch of two layers correlates inputs twice", () => {
    const kernel = (rho: number) => (Math.sqrt(1 - rho * rho) + rho * (Math.PI - Math.acos(rho))) / Math.PI;
    const { skip, branch } = moments("unnormalized");
    expect(branch.meanSquared[0]).toBeCloseTo(kernel(kernel(0)), 14);
    // Block 2 is given second moment 2 with what block 1 added.
    const rho = branch.meanSquared[0] / 2;
    expect(skip.meanSquared[1] / skip.secondMoment[1]).toBeCloseTo(rho, 14);
    expect(branch.meanSquared[1]).toBeCloseTo(2 * kernel(kernel(rho)), 13);
    // The transition's skip path is one layer of block 3's input.
    const before = (skip.meanSquared[1] + branch.meanSquared[1]) / 4;
    expect(skip.meanSquared[2]).toBeCloseTo(4 * kernel(before), 12);
  });
});

describe("settings", () => {
  it("are refused where a scheme does not take them", () => {
    const half = parseScale("0.5");
    for (const name of SCHEME_NAMES) {
      for (const setting of ["alpha", "skip", "survival"] as const) {
        const configure = () => configureScheme(name, { [setting]: half });
        if (settingsOf(name).includes(setting)) expect(configure).not.toThrow();
        else
          expect(configure).toThrow(
            new RegExp(`${setting} must be absent for ${name}; only .* it, not "0.5"`),
          );
      }
    }
    expect(() => configureScheme("sqrt2", { normalized: true })).toThrow(
      /normalized must be absent for sqrt2/,
    );
  });

  it("DeepNorm with a gain of both weight matrices", () => {
    const scheme = configureScheme("deepnorm", { alpha: parseScale("(4*d)^-0.5") });
    // α² = 1/(4d), β² = √d.
    expect(q({ scheme, depth: 16 })[0]).toBeCloseTo(1 / (1 + 4 * 16 * 4), 14);
  });
});
