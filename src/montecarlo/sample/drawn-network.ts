import { statisticsOf } from "../../network/normalizers.js";
import { distinctLayers, type NetworkPlan, requireKnown, tabulated } from "../../network/plan/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import type { DrawnNetwork } from "../network/trial-plan.js";
import type { NetworkTheory } from "./theory.js";

/**
 * What trials draw of a network, as plain data. What the normaliser `expected` divides by is √(second moment) of each block's
 * input as its theory predicts.
 *
 * @throws InvalidArgumentError for a plan of which not all is drawn yet ({@link requireKnown}).
 */
export function drawnNetwork(
  { plan, batch, weights }: SampledNetwork,
  theory: () => Pick<NetworkTheory, "at">,
): DrawnNetwork {
  requireKnown(plan);
  const scales = dividesByPrediction(plan)
    ? { ...plan.scales, deviation: deviationsOf(plan, theory()) }
    : plan.scales;
  return { plan: tabulated({ ...plan, scales }), batch, weights };
}

function dividesByPrediction(plan: NetworkPlan): boolean {
  return distinctLayers(plan).some(({ normalizer }) => statisticsOf(normalizer) === "predicted");
}

function deviationsOf({ depth }: NetworkPlan, { at }: Pick<NetworkTheory, "at">): Float64Array {
  const { input } = at(Int32Array.from({ length: depth }, (_, index) => index + 1));
  return Float64Array.from(input.secondMoment, Math.sqrt);
}
