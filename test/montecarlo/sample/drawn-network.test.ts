import { describe, expect, it } from "vitest";
import { configureScheme, resolveScheme } from "../../../src/analytic/index.js";
import { networkOf } from "../../../src/montecarlo/index.js";
import { drawnNetwork } from "../../../src/montecarlo/sample/drawn-network.js";
import { theoryOf } from "../../../src/montecarlo/sample/theory.js";
import { parseArchitecture, type SampledNetwork, SCHEME_NAMES } from "../../../src/network/index.js";
import { plannedBlocks, scalesAt, survivalAt } from "../../../src/network/plan/index.js";

/** What a thread gets. */
const sent = (network: SampledNetwork) => structuredClone(drawnNetwork(network, () => theoryOf(network)));

describe("a network on its way to a thread", () => {
  it.each(SCHEME_NAMES.filter((name) => name !== "custom"))("%s keeps its plan, to the bit", (name) => {
    const scheme = resolveScheme(name);
    const network = networkOf(scheme, { depth: 7, batch: 8 });
    const { plan, ...others } = sent(network);
    const { deviation, ...scales } = plan.scales;
    expect(others).toEqual({ batch: 8, weights: "gaussian" });
    expect(Object.keys(scales)).toEqual(Object.keys(network.plan.scales));
    expect({ ...plan, scales: undefined }).toEqual({ ...network.plan, scales: undefined });
    for (const at of plannedBlocks(plan)) {
      const { block, depth } = at;
      const own = { skip: scheme.skipScale(block, depth), branch: scheme.branchScale(block, depth) };
      expect(scalesAt(plan, at)).toEqual(own);
      expect(survivalAt(plan, at)).toBe(scheme.survival?.(block, depth) ?? 1);
    }
    expect(deviation !== undefined).toBe(name === "nfnet");
  });

  it("has the scales of its place in a stage, and what the normaliser divides by", () => {
    const architecture = parseArchitecture("nf-resnet-50");
    const scheme = resolveScheme("nfnet");
    const network = networkOf(scheme, { architecture, width: 16 });
    const { plan } = sent(network);
    const { secondMoment } = theoryOf(network).at(
      Int32Array.from(architecture.blocks, ({ block }) => block),
    ).input;
    expect(plan.scales.deviation).toEqual(Float64Array.from(secondMoment, Math.sqrt));
    for (const at of plannedBlocks(plan)) {
      const { place } = architecture.blocks[at.block - 1];
      expect(at.place).toEqual(place);
      expect(scalesAt(plan, at)).toEqual({
        skip: scheme.skipScale(at.block, 16, place),
        branch: scheme.branchScale(at.block, 16, place),
      });
    }
  });

  it("is one number where all blocks have the same scale, and a table elsewhere", () => {
    const alpha = { text: "1/i", scale: (block: number) => 1 / block };
    const network = networkOf(configureScheme("skipinit", { alpha }), { depth: 3 });
    expect(sent(network).plan.scales).toEqual({ skip: 1, branch: Float64Array.of(1, 1 / 2, 1 / 3) });
  });
});
