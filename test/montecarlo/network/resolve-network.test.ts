import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import { configureScheme, resolveScheme } from "../../../src/analytic/index.js";
import { branchMask } from "../../../src/montecarlo/forward/masks.js";
import {
  sampleBackward,
  sampleBlockVariances,
  sampleNetworks,
  sampleSizes,
} from "../../../src/montecarlo/index.js";
import { requireMemory } from "../../../src/montecarlo/network/memory.js";
import { sampledGeometry } from "../../../src/montecarlo/network/network-geometry.js";
import { type NetworkOverrides, networkOf } from "../../../src/montecarlo/network/resolve-network.js";
import { InvalidArgumentError, parseArchitecture, SCHEME_NAMES } from "../../../src/network/index.js";
import {
  type LayerPlan,
  planNetwork,
  plannedBlocks,
  projectionOf,
  stemLayer,
} from "../../../src/network/plan/index.js";

function resolved(name: string, overrides: NetworkOverrides = {}) {
  const isComplete = overrides.depth !== undefined || overrides.architecture !== undefined;
  return networkOf(resolveScheme(name), isComplete ? overrides : { depth: 8, ...overrides });
}

describe("networkOf", () => {
  it("gives every scheme its own normaliser and position", () => {
    const own = Object.fromEntries(
      SCHEME_NAMES.map((name) => {
        const { normalizer, position } = resolved(name);
        return [name, `${normalizer}, ${position}`];
      }),
    );
    expect(own).toEqual({
      batchnorm: "batch, pre",
      layernorm: "layer, pre",
      groupnorm: "group, pre",
      skipinit: "none, pre",
      rezero: "none, pre",
      fixup: "none, pre",
      sqrt2: "none, pre",
      unnormalized: "none, pre",
      nfnet: "expected, pre",
      "pre-ln": "layer, pre",
      "post-ln": "layer, post",
      deepnorm: "layer, post",
      "depth-mup": "none, pre",
      "stable-resnet": "none, pre",
      layerscale: "none, pre",
      "stochastic-depth": "batch, pre",
      custom: "none, pre",
    });
  });

  it("takes what is chosen instead", () => {
    const network = resolved("skipinit", {
      normalizer: "group",
      groups: 4,
      position: "post",
      gain: 1.5,
      batch: 1,
    });
    expect(network).toMatchObject({ normalizer: "group", groups: 4, position: "post", gain: 1.5, batch: 1 });
    expect(resolved("batchnorm", { normalizer: "none" }).normalizer).toBe("none");
  });

  it.each([
    // 1/Var f(z), z standard normal, by mpmath's quadrature with 30 digits.
    ["linear", 1, 1],
    ["relu", 2, 2.93388441384852],
    ["tanh", 1, 2.536175433217454],
    ["gelu", 2, 2.893150085362101],
  ] as const)("has LeCun's or He's gain, and behind `expected` one that keeps the variance: %s", (...row) => {
    const [activation, usual, preserving] = row;
    expect(resolved("batchnorm", { activation }).gain).toBe(usual);
    const { gain } = resolved("nfnet", { activation });
    expect(Math.abs(gain / preserving - 1)).toBeLessThan(1e-14);
  });

  it("has the depth and the layers of an architecture", () => {
    const network = resolved("batchnorm", { architecture: parseArchitecture("resnet-50-v2") });
    expect(network).toMatchObject({ depth: 16, branchLayers: 3, shape: { kind: "dense", width: 128 } });
    const maps = resolved("batchnorm", { architecture: parseArchitecture("wrn-16-4"), convolutional: true });
    expect(maps).toMatchObject({ depth: 6, branchLayers: 2 });
    expect(maps.shape).toEqual({ kind: "convolution", channels: 16, size: 32, imageChannels: 3 });
  });

  it.each<[string, NetworkOverrides, RegExp]>([
    ["batchnorm", { width: 0 }, /^width must be a whole number from 1 to 16384, not 0$/],
    ["batchnorm", { depth: 0 }, /^depth must be/],
    [
      "batchnorm",
      { batch: 1 },
      /^batch must be at least 2 for batchnorm \(one input has no batch variance\), not 1$/,
    ],
    ["skipinit", { batch: 1, normalizer: "batch" }, /^batch must be at least 2/],
    ["nfnet", { width: 1 }, /^width must be at least 2 for the `normalizer` expected/],
    ["pre-ln", { width: 1 }, /^width must be at least 2 for LayerNorm/],
    [
      "skipinit",
      { normalizer: "group", width: 90 },
      /^groups must be a divisor of 90 .* such as 3 or 5, not 4$/,
    ],
    ["skipinit", { normalizer: "group", width: 64, groups: 64 }, /such as 32, not 64$/],
    ["skipinit", { normalizer: "group", width: 7, groups: 2 }, /such as 1, not 2$/],
    ["batchnorm", { inputDimension: 1e8 }, /^inputDimension must be at most 2097152 at this size/],
    ["skipinit", { groups: 4 }, /^groups must be absent for the `normalizer` none/],
    ["nfnet", { position: "post" }, /^position must be pre for the `normalizer` expected/],
    ["skipinit", { position: "post" }, /^position must be pre where there is no `normalizer`/],
    ["nfnet", { weights: "orthogonal" }, /^weights must be gaussian for the `normalizer` expected/],
    ["batchnorm", { gain: 0 }, /^gain must be a positive number/],
    ["batchnorm", { branchLayers: 0 }, /^branchLayers must be/],
    ["batchnorm", { channels: 8 }, /^channels must be absent for a dense network/],
    ["batchnorm", { convolutional: true, width: 8 }, /^width must be absent for a convolutional network/],
    [
      "batchnorm",
      { architecture: parseArchitecture("wrn-16-4"), branchLayers: 3 },
      /absent, or the 2 of wrn-16-4/,
    ],
    ["batchnorm", { architecture: parseArchitecture("wrn-16-4"), depth: 7 }, /absent, or the 6 of wrn-16-4/],
    [
      "batchnorm",
      { architecture: parseArchitecture("resnet-50-v2"), width: 6 },
      /^width must be a multiple of 4 .* 8, not 6$/,
    ],
    [
      "pre-ln",
      { architecture: parseArchitecture("pre-ln-2"), convolutional: true },
      /^architecture must be a convol/,
    ],
    ["batchnorm", { batch: 1e9 }, /^batch must be at most 2097152 at this size of network/],
  ])("refuses %s with %j", (name, overrides, message) => {
    expect(() => resolved(name, overrides)).toThrow(message);
    expect(() => resolved(name, overrides)).toThrow(InvalidArgumentError);
  });

  it("may have an infinite batch, which no sample can have", async () => {
    const options = { scheme: resolveScheme("batchnorm"), depth: 8, batch: Number.POSITIVE_INFINITY };
    expect(networkOf(options.scheme, options).batch).toBe(Number.POSITIVE_INFINITY);
    expect(networkOf(options.scheme, { ...options, convolutional: true }).shape.kind).toBe("convolution");
    const why = /^batch must be a whole number of at least 1, not Infinity$/;
    for (const sample of [sampleNetworks, sampleBlockVariances, sampleBackward]) {
      await expect(sample(options)).rejects.toThrow(why);
    }
    await expect(sampleSizes({ ...options, along: "batch", sizes: [8, options.batch] })).rejects.toThrow(why);
    expect(() => resolved("batchnorm", { batch: Number.NaN })).toThrow(/^batch must be a whole number/);
    // The weights are those of a network that could be drawn.
    expect(() =>
      resolved("batchnorm", { batch: options.batch, convolutional: true, channels: 16384 }),
    ).toThrow(/one weight matrix/);
  });

  it("suggests a nearest name", () => {
    const overrides = { normalizer: "bach" } as unknown as NetworkOverrides;
    expect(() => resolved("batchnorm", overrides)).toThrow(/did you mean "batch"/);
  });
});

describe("requireMemory", () => {
  const network = resolved("batchnorm", { width: 1024, batch: 64 });
  const refusal = (components: number, machineBytes?: number) => {
    try {
      requireMemory(network, { components, machineBytes });
    } catch (error) {
      return error instanceof InvalidArgumentError ? error : undefined;
    }
    return undefined;
  };

  it("allows 1 GB of components and names the batch that would fit", () => {
    // 4 bytes · 1024 features · 64 inputs is 2^18 bytes a component.
    expect(refusal(4096)).toBeUndefined();
    const { argument, allowed } = refusal(4097) as InvalidArgumentError;
    expect([argument, allowed]).toEqual([
      "batch",
      "at most 63 at this size of network (4097 components of a batch would take 1.00 GB)",
    ]);
    const smaller = { ...network, batch: 63 };
    expect(() => requireMemory(smaller, { components: 4097 })).not.toThrow();
  });

  it("allows no more than the machine has", () => {
    expect(refusal(1024, 2 ** 28)).toBeUndefined();
    expect(refusal(1025, 2 ** 28)?.allowed).toMatch(/^at most 63 /);
  });

  it("names a width where no batch is small enough", () => {
    expect(refusal(300_000)).toMatchObject({ argument: "width", value: 1024 });
  });

  it("counts a weight matrix: the largest square one is 1 GB", () => {
    const shape = { kind: "dense", width: 20_000, inputDimension: 10 } as const;
    const plan = planNetwork({
      scheme: network.scheme,
      geometry: sampledGeometry({ ...network, shape }),
      choices: { activation: "linear", stem: { gain: 1, isStandardized: false } },
    });
    const check = () => requireMemory({ batch: 64, shape, plan }, { machineBytes: 2 ** 40 });
    expect(check).toThrow(
      /^width must be at most 16384 at this size of network \(one weight matrix would take 1\.49 GB\)/,
    );
  });
});

describe("the plan of a network", () => {
  const shape = ({ inputs, outputs, kernel, stride, size }: LayerPlan) => {
    return { inputs, outputs, kernel, stride, size };
  };

  it("scales an architecture's widths and keeps its kernels and strides for maps", () => {
    const architecture = parseArchitecture("resnet-50-v2");
    const overrides = { architecture, convolutional: true, channels: 8, imageSize: 64 };
    const { plan } = resolved("batchnorm", overrides);
    const blocks = Array.from(plannedBlocks(plan), ({ plan: { layers, skip } }) => ({ layers, skip }));
    expect(shape(stemLayer(plan))).toEqual({ inputs: 3, outputs: 8, kernel: 7, stride: 4, size: 64 });
    expect(blocks[0].layers.map(shape)).toEqual([
      { inputs: 8, outputs: 2, kernel: 1, stride: 1, size: 16 },
      { inputs: 2, outputs: 2, kernel: 3, stride: 1, size: 16 },
      { inputs: 2, outputs: 8, kernel: 1, stride: 1, size: 16 },
    ]);
    expect(blocks[3].layers.map(({ outputs, stride, size }) => [outputs, stride, size])).toEqual([
      [4, 1, 16],
      [4, 2, 16],
      [16, 1, 8],
    ]);
    const projection = projectionOf(blocks[3]) as LayerPlan;
    expect(shape(projection)).toEqual({ inputs: 8, outputs: 16, kernel: 1, stride: 2, size: 16 });
    expect(projectionOf(blocks[4])).toBeUndefined();
    expect(shape(blocks[15].layers[2])).toEqual({ inputs: 16, outputs: 64, kernel: 1, stride: 1, size: 2 });
  });

  it("leaves kernels and strides out of a dense network", () => {
    const { plan } = resolved("batchnorm", { architecture: parseArchitecture("wrn-16-1"), width: 10 });
    const blocks = Array.from(plannedBlocks(plan), (at) => at.plan);
    expect(shape(stemLayer(plan))).toEqual({ inputs: 100, outputs: 10, kernel: 1, stride: 1, size: 1 });
    expect(blocks.map(({ layers }) => layers.map(({ outputs }) => outputs))).toEqual([
      [10, 10],
      [10, 10],
      [20, 20],
      [20, 20],
      [40, 40],
      [40, 40],
    ]);
    expect(blocks.map((block) => projectionOf(block) !== undefined)).toEqual([
      false,
      false,
      true,
      false,
      true,
      false,
    ]);
  });
});

describe("branchMask", () => {
  it("keeps each branch with its probability, independently, and every one without stochastic depth", () => {
    const scheme = configureScheme("stochastic-depth", { survival: parseScale("1-0.5*i/d") });
    const depth = 4;
    const network = networkOf(scheme, { depth });
    const trials = 4000;
    const masks = Array.from(
      { length: trials },
      (_, trial) => branchMask({ network, seed: 1, trial }) as Uint8Array,
    );
    const mean = (value: (mask: Uint8Array) => number) =>
      masks.reduce((sum, mask) => sum + value(mask), 0) / trials;
    const p = [7 / 8, 6 / 8, 5 / 8, 4 / 8];
    for (let i = 0; i < depth; i++) {
      const error = Math.sqrt((p[i] * (1 - p[i])) / trials);
      expect(Math.abs(mean((mask) => mask[i]) - p[i])).toBeLessThan(4 * error);
    }
    const both = p[2] * p[3];
    expect(Math.abs(mean((mask) => mask[2] * mask[3]) - both)).toBeLessThan(
      4 * Math.sqrt((both * (1 - both)) / trials),
    );
    expect(branchMask({ network: resolved("batchnorm"), seed: 1, trial: 0 })).toBeUndefined();
  });
});
