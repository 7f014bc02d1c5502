import type { ProbeDocument } from "../network/documents/probe.js";
import { InvalidArgumentError } from "../network/errors.js";
import { PROBES, type ProbeSettings } from "../network/settings/probes.js";
import { option } from "./options.js";

const { probeEvery, probeImages } = PROBES;

const ALLOWED = "every=N, in steps or in epochs such as every=1epochs, with ,images=M if need be";

/** `every=100`, `every=0.5epochs,images=64`. */
function probeOf(argument: string, given: string): ProbeSettings {
  const values = new Map<string, string>();
  for (const part of given.split(",")) {
    const [, name, value] = /^ *(every|images) *=(.+)$/.exec(part) ?? [];
    if (name === undefined || values.has(name)) throw new InvalidArgumentError(argument, given, ALLOWED);
    values.set(name, value);
  }
  const [every, images] = [values.get("every"), values.get("images")];
  if (every === undefined) throw new InvalidArgumentError(argument, given, ALLOWED);
  return {
    probeEvery: probeEvery.kind.read(`${argument} every`, every),
    ...(images === undefined
      ? {}
      : { probeImages: probeImages.kind.read(`${argument} images`, images.trim()) }),
  };
}

export const probeOption = option("probe", probeOf, {
  describe:
    "write probe.jsonl in the --out folder: how far the signal travels, every=N steps, or every=1epochs; with ,images=64 for another batch than a ghost batch of test images",
});

/** How far the signal travelled in the first of some probes and in the last, carried and from the profile. */
export function describeProbes(probes: readonly ProbeDocument[]): string {
  const [first, last] = [probes[0], probes[probes.length - 1]];
  const change = (law: "carried" | "fromProfile") =>
    [first, last].map((probe) => probe[law]?.mean.toFixed(3) ?? "none").join(" before, ");
  return `mean path length ${change("carried")} after ${last.step} steps (from the variance profile ${change("fromProfile")})`;
}
