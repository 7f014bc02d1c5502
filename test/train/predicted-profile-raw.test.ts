import { beforeAll, describe, it } from "vitest";
import { startTensors } from "../../src/tensor/index.js";
import { expectPredicted } from "./initial-profile.js";
import { wideResNet } from "./scaled-models.js";

beforeAll(() => startTensors("wasm"));

const BATCH = { imageSize: 8, count: 6, networks: 40 };

describe("the predicted profile of wrn-16-1, without a normaliser", () => {
  it.each([
    ["skipinit", {}],
    ["rezero", {}],
    ["sqrt2", {}],
    ["unnormalized", { convBiases: true }],
    ["fixup", {}],
    ["fixup", { fixup: "2,3" }],
    ["fixup", { fixup: "none" }],
    ["layerscale", {}],
    ["layerscale", { alphaFixed: true }],
    ["stable-resnet", {}],
  ] as const)("%s, %o: what the probe finds at initialisation", (scheme, choices) => {
    expectPredicted({ model: wideResNet, scheme, choices, ...BATCH });
  });

  // At α = 1 what blocks divide by grows.
  it.each(["0.2", "1"])("nfnet, α = %s: what the probe finds at initialisation", (alpha) => {
    expectPredicted({ model: wideResNet, scheme: "nfnet", alpha, ...BATCH });
  });
});
