/** Words for what a type cannot say of a document: that lists go together, and what keys are. */
import { type Complaint, wrong } from "../checks/complaint.js";
import type { SampledSeries } from "./verdict.js";

/** The lists that do not have `count` entries, which is what `of` says; those that are absent are left out. */
export function requireLengths(
  lists: Readonly<Record<string, readonly unknown[] | undefined>>,
  { count, of }: { readonly count: number; readonly of: string },
): Complaint | undefined {
  const found = Object.entries(lists).find(([, list]) => list !== undefined && list.length !== count);
  return found && wrong(found[0], found[1], `a list of ${count}, by ${of}`);
}

/** The means and the standard errors of series, each by its field. */
export function listsOfSeries(
  series: Readonly<Record<string, SampledSeries | undefined>>,
): Record<string, readonly unknown[] | undefined> {
  return Object.fromEntries(
    Object.entries(series).flatMap(([name, one]) => [
      [`${name}.mean`, one?.mean],
      [`${name}.se`, one?.se],
    ]),
  );
}

/** Numbers that are to be each greater than the one before. */
export function requireAscending(path: string, numbers: readonly number[]): Complaint | undefined {
  const index = numbers.findIndex((number, at) => at > 0 && number <= numbers[at - 1]);
  return index < 0
    ? undefined
    : wrong(`${path}[${index}]`, numbers[index], `greater than the one before, ${numbers[index - 1]}`);
}

/** Blocks that are to be 1…depth, in order. */
export function requireBlocks(
  path: string,
  blocks: readonly { readonly block: number }[],
  depth: number,
): Complaint | undefined {
  const index = blocks.findIndex(({ block }, at) => block !== at + 1);
  if (index >= 0) return wrong(`${path}[${index}].block`, blocks[index].block, String(index + 1));
  return requireLengths({ [path]: blocks }, { count: depth, of: "depth" });
}

/** Keys that are to be whole numbers. */
export function requireWholeKeys(
  path: string,
  record: Readonly<Record<string, unknown>>,
): Complaint | undefined {
  const key = Object.keys(record).find((one) => !/^\d{1,16}$/.test(one));
  return key === undefined ? undefined : wrong(`a field of ${path}`, key, "a whole number");
}

/** A complaint of a part, in the words of the whole. */
export function inPart(path: string, complaint: Complaint | undefined): Complaint | undefined {
  const inner = complaint?.path ?? "";
  return (
    complaint && { ...complaint, path: `${path}${inner === "" || inner.startsWith("[") ? "" : "."}${inner}` }
  );
}

/** The first complaint of some entries, each under its index. */
export function inEntries<Entry>(
  path: string,
  entries: readonly Entry[],
  complaintOfEntry: (entry: Entry) => Complaint | undefined,
): Complaint | undefined {
  for (const [index, entry] of entries.entries()) {
    const complaint = inPart(`${path}[${index}]`, complaintOfEntry(entry));
    if (complaint) return complaint;
  }
  return undefined;
}
