import { beforeAll, describe, it } from "vitest";
import { startTensors } from "../../src/tensor/index.js";
import { expectPredicted } from "./initial-profile.js";
import { bottlenecks, fullyConnected } from "./scaled-models.js";

beforeAll(() => startTensors("wasm"));

const SCHEMES = [
  ["batchnorm", {}],
  ["batchnorm", { normPosition: "last" }],
  ["batchnorm", { normPosition: "merge" }],
  ["layernorm", {}],
  ["groupnorm", { normGroups: 2 }],
  ["skipinit", {}],
  ["rezero", {}],
  ["sqrt2", {}],
  ["unnormalized", {}],
  ["fixup", { fixup: "2" }],
  ["layerscale", {}],
  ["stable-resnet", {}],
  ["stochastic-depth", {}],
  ["nfnet", {}],
] as const;

describe("the predicted profile of a fully connected network of ReLUs", () => {
  it.each(SCHEMES)("%s, %o: what the probe finds at initialisation", (scheme, choices) => {
    const model = fullyConnected("relu");
    expectPredicted({ model, scheme, choices, imageSize: 4, count: 12, networks: 80 });
  });
});

describe("the predicted profile of a fully connected network of linear layers", () => {
  it.each(SCHEMES)("%s, %o: what the probe finds at initialisation", (scheme, choices) => {
    const model = fullyConnected("linear");
    expectPredicted({ model, scheme, choices, imageSize: 4, count: 12, networks: 80 });
  });
});

describe("the predicted profile of a stack of bottlenecks", () => {
  it.each(SCHEMES)("%s, %o: what the probe finds at initialisation", (scheme, choices) => {
    expectPredicted({ model: bottlenecks, scheme, choices, imageSize: 6, count: 6, networks: 40 });
  });

  it("nfnet, α = 1: what the probe finds at initialisation", () => {
    const batch = { imageSize: 6, count: 6, networks: 40 };
    expectPredicted({ model: bottlenecks, scheme: "nfnet", alpha: "1", ...batch });
  });
});
