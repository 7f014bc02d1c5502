import type { SampleSettings } from "../network/documents/sample.js";
import { NETWORK_SETTINGS, settingBefore } from "../network/settings/sample-settings.js";

/** The settings in which the networks of two samples differ. */
export function differencesOf(one: SampleSettings, other: SampleSettings): (keyof SampleSettings)[] {
  return NETWORK_SETTINGS.filter((name) => textOf(one, name) !== textOf(other, name));
}

/** A setting as text that is the same where it says the same. */
export function textOf(sample: SampleSettings, name: keyof SampleSettings): string {
  const value = sample[name] ?? settingBefore(name);
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
