import { InvalidArgumentError } from "../../network/errors.js";
import { statisticsOf } from "../../network/normalizers.js";
import { distinctLayers, fanInOf, numbersGiven } from "../../network/plan/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { networkWidth, widthName } from "./network-geometry.js";

/** Throws {@link InvalidArgumentError} for what each value of a network allows but not all of them together. */
export function requireCombination(network: SampledNetwork): void {
  const { batch, normalizer, position, weights, plan } = network;
  const statistics = statisticsOf(normalizer);
  const refuse = (argument: string, given: unknown, allowed: string) => {
    throw new InvalidArgumentError(argument, given, allowed);
  };
  if (statistics === "batch" && batch < 2) {
    refuse("batch", batch, "at least 2 for batchnorm (one input has no batch variance)");
  }
  if (position === "post" && statistics === "none") {
    refuse("position", position, "pre where there is no `normalizer`, or choose one");
  }
  if (position === "post" && statistics === "predicted") {
    refuse("position", position, "pre for the `normalizer` expected");
  }
  if (weights === "orthogonal" && statistics === "predicted") {
    refuse("weights", weights, "gaussian for the `normalizer` expected, which standardises them");
  }
  const [name, width] = [widthName(network), networkWidth(network)];
  const layers = distinctLayers(plan);
  if (statistics === "input" && layers.some((layer) => numbersGiven(layer) < 2)) {
    refuse(name, width, "at least 2 for LayerNorm (one feature has no variance)");
  }
  if (statistics === "predicted" && layers.some((layer) => fanInOf(layer) < 2)) {
    refuse(name, width, "at least 2 for the `normalizer` expected (a single weight, standardised, is 0)");
  }
}
