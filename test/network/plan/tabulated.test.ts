import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import { configureScheme, resolveScheme } from "../../../src/analytic/index.js";
import { parseArchitecture } from "../../../src/network/index.js";
import {
  architectureGeometry,
  planNetwork,
  plannedBlocks,
  scalesAt,
  survivalAt,
  tabulated,
} from "../../../src/network/plan/index.js";
import type { ResidualScheme } from "../../../src/network/schemes/index.js";

const architecture = parseArchitecture("wrn-16-1");
const geometry = architectureGeometry({ kind: "convolution", architecture, inputs: 3, size: 32 });
const choices = { activation: "relu", stem: { gain: 2, isStandardized: false } } as const;
const planOf = (scheme: ResidualScheme) => planNetwork({ scheme, geometry, choices });

describe("a plan as tables", () => {
  it("has the scales of every block, in another thread as well", () => {
    const alpha = parseScale("1/sqrt(d)+0.1*j/n");
    const skip = parseScale("0.9");
    const survival = parseScale("1-0.5*i/d");
    for (const scheme of [
      configureScheme("custom", { alpha, skip }),
      configureScheme("stochastic-depth", { survival }),
    ]) {
      const plan = planOf(scheme);
      const table = structuredClone(tabulated(plan));
      const numbers = Array.from(plannedBlocks(table), (at) => ({
        ...scalesAt(table, at),
        survival: survivalAt(table, at),
      }));
      expect(numbers).toEqual(
        architecture.blocks.map(({ block, place }) => ({
          skip: scheme.skipScale(block, 6, place),
          branch: scheme.branchScale(block, 6, place),
          survival: scheme.survival?.(block, 6, place) ?? 1,
        })),
      );
    }
    const { scales } = tabulated(planOf(configureScheme("custom", { alpha, skip })));
    expect(scales.skip).toBe(0.9);
    expect(scales.branch).toHaveLength(6);
  });

  it("is one number where all blocks have the same, and leaves what is a number or a table", () => {
    const { scales } = tabulated(planOf(resolveScheme("skipinit")));
    expect(scales).toEqual({ skip: 1, branch: 1 / Math.sqrt(6) });
    const deviation = new Float64Array(6).fill(2);
    const plan = planNetwork({
      scheme: resolveScheme("nfnet"),
      geometry,
      choices: { ...choices, deviation },
    });
    expect(tabulated(plan).scales.deviation).toBe(deviation);
    expect(tabulated(tabulated(plan))).toEqual(tabulated(plan));
  });
});
