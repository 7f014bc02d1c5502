import { InvalidArgumentError } from "../network/errors.js";
import type { SampledNetwork } from "../network/sampled-network.js";
import { widthName, widthOf } from "./network-geometry.js";
import { distinctLayers, type NetworkPlan } from "./network-plan.js";

/** Throws {@link InvalidArgumentError} for what each value of a network allows but not all of them together. */
export function requireCombination(network: Omit<SampledNetwork, "plan">, plan: NetworkPlan): void {
  const { batch, normalizer, position, weights } = network;
  const refuse = (argument: string, given: unknown, allowed: string) => {
    throw new InvalidArgumentError(argument, given, allowed);
  };
  if (normalizer === "batch" && batch < 2) {
    refuse("batch", batch, "at least 2 for batchnorm (one input has no batch variance)");
  }
  if (position === "post" && normalizer === "none") {
    refuse("position", position, "pre where there is no `normalizer`, or choose one");
  }
  if (position === "post" && normalizer === "expected") {
    refuse("position", position, "pre for the `normalizer` expected");
  }
  if (weights === "orthogonal" && normalizer === "expected") {
    refuse("weights", weights, "gaussian for the `normalizer` expected, which standardises them");
  }
  const [name, width] = [widthName(network), widthOf(network)];
  const layers = distinctLayers(plan);
  if (normalizer === "layer" && layers.some(({ inputs, size }) => inputs * size ** 2 < 2)) {
    refuse(name, width, "at least 2 for LayerNorm (one feature has no variance)");
  }
  if (normalizer === "expected" && layers.some(({ inputs, kernel }) => inputs * kernel ** 2 < 2)) {
    refuse(name, width, "at least 2 for the `normalizer` expected (a single weight, standardised, is 0)");
  }
}
