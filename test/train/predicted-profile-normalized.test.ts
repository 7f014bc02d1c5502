import { beforeAll, describe, expect, it } from "vitest";
import { startTensors } from "../../src/tensor/index.js";
import { parseModel } from "../../src/train/index.js";
import { expectPredicted } from "./initial-profile.js";
import { wideResNet } from "./scaled-models.js";

beforeAll(() => startTensors("wasm"));

describe("the predicted profile of wrn-16-1, with a normaliser", () => {
  it("is one of a network whose widths all grow together", () => {
    const { blocks, stem } = parseModel("wrn-16-1");
    expect(wideResNet(1)).toMatchObject({ blocks, stem });
  });

  it.each([
    ["batchnorm", { normPosition: "each" }],
    ["batchnorm", { normPosition: "first" }],
    ["batchnorm", { normPosition: "last" }],
    ["batchnorm", { normPosition: "merge" }],
    ["layernorm", { normPosition: "each" }],
    ["layernorm", { normPosition: "last" }],
    ["layernorm", { normPosition: "merge" }],
    ["groupnorm", { normGroups: 2 }],
    ["groupnorm", { normGroups: 8 }],
    ["stochastic-depth", {}],
  ] as const)("%s, %o: what the probe finds at initialisation", (scheme, choices) => {
    expectPredicted({ model: wideResNet, scheme, choices, imageSize: 8, count: 6, networks: 32 });
  });
});
