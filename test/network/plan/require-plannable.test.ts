import { describe, expect, it } from "vitest";
import { resolveScheme } from "../../../src/analytic/index.js";
import { InvalidArgumentError } from "../../../src/network/errors.js";
import {
  type PlanChoices,
  planNetwork,
  type UniformShape,
  uniformGeometry,
} from "../../../src/network/index.js";

const SHAPE: UniformShape = { kind: "dense", depth: 2, layers: 1, width: 8, inputs: 8, size: 1 };
const CHOICES: PlanChoices = { activation: "relu", stem: { gain: 1, isStandardized: false } };

function plan(shape: Partial<UniformShape>, choices: object = {}, scheme = "batchnorm") {
  return planNetwork({
    scheme: resolveScheme(scheme),
    geometry: uniformGeometry({ ...SHAPE, ...shape }),
    choices: { ...CHOICES, ...choices },
  });
}

describe("planNetwork refuses what cannot be", () => {
  it.each([
    [{ depth: -1 }, "depth must be a whole number"],
    [{ depth: Number.NaN }, "depth must be a whole number"],
    [{ depth: 1.5 }, "depth must be a whole number"],
    [{ depth: 1e12 }, "depth must be a whole number from 1 to 10000000"],
    [{ layers: 0 }, "layers must be a whole number from 1 to 64"],
    [{ width: 0 }, "width must be a whole number of at least 1"],
    [{ inputs: 2.5 }, "inputs must be a whole number of at least 1"],
    [{ size: 0 }, "size must be a whole number from 1 to 4096"],
    [{ kind: "x" as "dense" }, "kind must be one of dense, convolution"],
  ])("%j", (shape, message) => {
    expect(() => plan(shape)).toThrow(InvalidArgumentError);
    expect(() => plan(shape)).toThrow(message);
  });

  it.each([
    [{ activation: "x" }, "activation must be one of linear, relu, tanh, gelu"],
    [{ normalizer: "x" }, "normalizer must be one of none, batch, layer, group, expected"],
    [{ position: "x" }, "position must be one of each, first, last, merge"],
    [{ gain: Number.NaN }, "gain must be a positive number"],
    [{ stem: undefined }, "stem.gain must be a positive number"],
    [{ inputVariance: -1 }, "inputVariance must be a positive number"],
    [{ normalizer: "group", groups: 3 }, "groups must be a divisor of 8, not 3"],
    [{ groups: 0 }, "groups must be a whole number of at least 1"],
  ])("%j", (choices, message) => {
    expect(() => plan({}, choices)).toThrow(InvalidArgumentError);
    expect(() => plan({}, choices)).toThrow(message);
  });

  it("and takes what can, infinite widths among it", () => {
    expect(plan({ width: Number.POSITIVE_INFINITY, inputs: Number.POSITIVE_INFINITY }).depth).toBe(2);
    expect(plan({}, { groups: 4 }, "groupnorm").runs[0].block.layers[0].groups).toBe(4);
    expect(plan({ depth: 1e7 }).runs).toHaveLength(1);
  });
});
