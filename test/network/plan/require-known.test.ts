import { describe, expect, it } from "vitest";
import { resolveScheme } from "../../../src/network/index.js";
import {
  type BlockPlan,
  type NetworkPlan,
  planNetwork,
  requireKnown,
  uniformGeometry,
} from "../../../src/network/plan/index.js";

const plan = planNetwork({
  scheme: resolveScheme("batchnorm"),
  geometry: uniformGeometry({ kind: "dense", depth: 4, layers: 1, width: 8, inputs: 8, size: 1 }),
  choices: { activation: "relu", stem: { gain: 1, isStandardized: false } },
});

/** With another block from the third on. */
function withBlock(overrides: Partial<BlockPlan>): NetworkPlan {
  const [run] = plan.runs;
  return {
    ...plan,
    runs: [
      { ...run, length: 2 },
      { first: 3, length: 2, block: { ...run.block, ...overrides } },
    ],
  };
}

describe("requireKnown", () => {
  it("takes what schemes make", () => {
    expect(() => requireKnown(plan)).not.toThrow();
  });

  it.each([
    [
      { skip: { kind: "none" } },
      'skip must be identity or projection (block 3): blocks without a skip path are not computed yet, not "none"',
    ],
    [
      { merge: { normalizer: "none", activation: "relu" } },
      'merge activation must be linear (block 3): what an activation makes of the sum of both paths is not computed yet, not "relu"',
    ],
    [
      { streams: { reads: [0, 1], writes: [0] } },
      'reads must be stream 0 (block 3): blocks of several streams are not computed yet, not "0, 1"',
    ],
    [
      { streams: { reads: [0], writes: [1] } },
      'writes must be stream 0 (block 3): blocks of several streams are not computed yet, not "1"',
    ],
    [
      { streams: { reads: [], writes: [0] } },
      'reads must be stream 0 (block 3): blocks of several streams are not computed yet, not "none"',
    ],
  ] as const)("refuses %o", (overrides, message) => {
    expect(() => requireKnown(withBlock(overrides))).toThrow(message);
  });

  it("takes blocks without a skip path where they are known", () => {
    expect(() => requireKnown(withBlock({ skip: { kind: "none" } }), { noSkip: true })).not.toThrow();
  });
});
