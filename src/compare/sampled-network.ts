import type { SampleSettings } from "../network/documents/sample.js";

/** What each setting of a sample says: which networks were drawn, or how many of them and in which way. */
const ABOUT: Readonly<Record<keyof SampleSettings, "network" | "drawing">> = {
  scheme: "network",
  alpha: "network",
  skipExpression: "network",
  survival: "network",
  activation: "network",
  normalizer: "network",
  position: "network",
  groups: "network",
  branchLayers: "network",
  weights: "network",
  gain: "network",
  architecture: "network",
  inputVariance: "network",
  depth: "network",
  width: "network",
  inputDimension: "network",
  imageSize: "network",
  images: "network",
  dataChecksums: "network",
  batch: "network",
  trials: "drawing",
  seed: "drawing",
  sampler: "drawing",
};

export type NetworkSetting = keyof SampleSettings;
const NETWORK = (Object.keys(ABOUT) as NetworkSetting[]).filter((name) => ABOUT[name] === "network");

/** The settings in which the networks of two samples differ. */
export function differencesOf(one: SampleSettings, other: SampleSettings): NetworkSetting[] {
  return NETWORK.filter((name) => textOf(one, name) !== textOf(other, name));
}

/** A setting as text that is the same where it says the same. */
export function textOf(sample: SampleSettings, name: NetworkSetting): string {
  const value = sample[name] ?? (name === "inputVariance" ? 1 : undefined);
  if (typeof value !== "object") return String(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
