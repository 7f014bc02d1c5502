import type { BackwardSampleDocument } from "../network/documents/sample/backward-sample.js";
import type { NetworkRecord } from "../network/documents/sample/network-record.js";
import type { SampleDocument } from "../network/documents/sample/path-sample.js";
import type { VarianceSampleDocument } from "../network/documents/sample/variance-sample.js";
import { branchesLabel, counted, grouped, schemeLabel, shortNumber } from "./labels.js";

/** A sampled network with its sizes, and how often it was drawn. */
export function settingsOf(
  document: SampleDocument | VarianceSampleDocument | BackwardSampleDocument,
): string {
  const { network, trials } = document;
  const { batch, width, imageSize } = network;
  const features = imageSize === undefined ? `width ${grouped(width)}` : counted(width, "channel");
  return `${networkLabel(network)}, ${features}, batch ${grouped(batch)}, ${counted(trials, "trial")}`;
}

/** A sampled network but for its sizes, such as "BatchNorm, ReLU branches of 2 layers, 100 blocks". */
export function networkLabel(network: Omit<NetworkRecord, "width" | "inputDimension" | "batch">): string {
  const { depth, branchLayers = 1, imageSize, inputVariance = 1 } = network;
  return [
    schemeLabel(network),
    `${branchesLabel(network)}${branchLayers > 1 ? ` of ${branchLayers} layers` : ""}`,
    counted(depth, "block"),
    ...(imageSize === undefined ? [] : [`${imageSize}×${imageSize} maps`]),
    ...(inputVariance === 1 ? [] : [`input variance s₀ = ${shortNumber(inputVariance)}`]),
  ].join(", ");
}
