import type { NetworkRecord } from "../network/documents/sample/network-record.js";
import { settingBefore } from "../network/settings/network-record.js";

/** The settings in which two records differ, of all that either has. */
export function differencesOf(one: NetworkRecord, other: NetworkRecord): (keyof NetworkRecord)[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)] as (keyof NetworkRecord)[]);
  return [...names].filter((name) => textOf(one, name) !== textOf(other, name));
}

/** A setting as text that is the same where it says the same. */
export function textOf(record: NetworkRecord, name: keyof NetworkRecord): string {
  const value = record[name] ?? settingBefore(name);
  if (typeof value !== "object" || value === null) return String(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
