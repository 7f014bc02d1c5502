import { check } from "../checks/compiled/result-profile.js";
import { complaintOf } from "../checks/complaint.js";
import { requireLengths } from "../documents/consistency.js";
import { complaintInFile, currentDocument } from "../older-documents.js";
import { shown } from "../shown.js";
import type { ProfileOrigin } from "../variance-profile.js";
import { errorOf, tableOfBlocks } from "./json.js";
import { ProfileError } from "./profile-error.js";
import type { ProfileOfResult, ProfileOfSample, ProfileSeries } from "./profile-of-result.js";
import type { MeasuredTable } from "./rows.js";

/** Which of a run's two profiles is meant. */
export const PROFILE_TIMES = ["before", "after"] as const;
export type ProfileTime = (typeof PROFILE_TIMES)[number];

/** The kinds of result document that hold a variance profile. */
export const PROFILE_KINDS = ["variance-profile", "sample", "variance-sample", "run"] as const;

/**
 * The rows of one of respath's own result documents, of any version, checked by docs/schemas/result-profile.schema.json.
 *
 * A sample of a network without normaliser is read in its second moments, in which its path lengths are counted
 * (docs/conventions.md); everything else in batch variances.
 *
 * @param options.time which profile of a run: before training if absent.
 * @throws ProfileError for a document without a profile, or without one of its fields; for a time, unless it is a run's.
 */
export function tableOfResult(
  file: { readonly kind: unknown },
  options: { readonly source: string; readonly time?: ProfileTime },
): MeasuredTable {
  const { source } = options;
  const document = currentDocument(file) as { readonly kind: unknown };
  if (!(PROFILE_KINDS as readonly unknown[]).includes(document.kind)) {
    const problem = `a ${shown(document.kind)} document has no variance profile; give one of ${PROFILE_KINDS.join(", ")}`;
    throw new ProfileError({ place: source }, problem);
  }
  const result = document as ProfileOfResult;
  if (result.kind !== "run") refuseTime(options);
  const complaint = complaintOf(check, result);
  if (complaint) throw errorOf(complaintInFile(complaint, file), source);
  return { ...tableOfKind(result, options), origin: ORIGINS[result.kind] };
}

/** What made the variances of each kind. */
const ORIGINS: Readonly<Record<(typeof PROFILE_KINDS)[number], ProfileOrigin>> = {
  "variance-profile": "predicted",
  sample: "sampled",
  "variance-sample": "sampled",
  run: "measured",
};

/**
 * Refuses to say which of a run's two profiles is meant where there is one profile only.
 *
 * @throws ProfileError when a time is given.
 */
export function refuseTime({ source, time }: { readonly source: string; readonly time?: ProfileTime }): void {
  if (time === undefined) return;
  const problem = "has one profile only: --time is for a run, which has one before and one after training";
  throw new ProfileError({ place: source }, problem);
}

function tableOfKind(
  result: ProfileOfResult,
  { source, time = "before" }: { readonly source: string; readonly time?: ProfileTime },
): MeasuredTable {
  switch (result.kind) {
    case "run": {
      const of = { source, depth: result.depth };
      const path = `profile.${time}`;
      const [blocks] = listsOf({ [path]: result.profile[time] }, of);
      return tableOfBlocks(blocks, { source, path });
    }
    case "variance-profile":
      return tableOf({ skip: result.skip, branch: result.branch }, { source, depth: result.depth });
    case "sample":
      return tableOfSample(result, source);
    case "variance-sample":
      if (result.attribution === undefined) {
        throw new ProfileError({ place: source, column: "attribution" }, "is missing; make the sample again");
      }
      return tableOfSample(result, source);
  }
}

/** Where a profile is from, and how many blocks it must have, if that is said. */
interface Whole {
  readonly source: string;
  readonly depth?: number;
}

/** In the moment that the sample's path lengths are counted in; an older one of images has the batch variances alone. */
function tableOfSample(sample: ProfileOfSample, source: string): MeasuredTable {
  const of = { source, depth: sample.network?.depth };
  const { attribution, skipSecondMoment, branchSecondMoment } = sample;
  if (attribution !== "second-moment") return tableOfMeans(sample, of);
  return tableOf(
    {
      "skipSecondMoment.mean": skipSecondMoment?.mean,
      "branchSecondMoment.mean": branchSecondMoment?.mean,
    },
    of,
  );
}

function tableOfMeans(
  { skip, branch }: { readonly skip?: ProfileSeries; readonly branch?: ProfileSeries },
  of: Whole,
): MeasuredTable {
  return tableOf({ "skip.mean": skip?.mean, "branch.mean": branch?.mean }, of);
}

/** The rows of the variances of both paths by block, each by its field. */
function tableOf(
  paths: Readonly<Record<string, readonly (number | null)[] | undefined>>,
  of: Whole,
): MeasuredTable {
  const { source } = of;
  const [skips, branches] = listsOf(paths, of);
  return {
    source,
    count: skips.length,
    rowAt: (index) => ({ block: index + 1, skip: skips[index], branch: branches[index] }),
    placeOf: (index) => `${source}, block ${index + 1}`,
  };
}

/** Lists by their fields, all of them there and as long as the depth or the first. */
function listsOf<Entry>(
  given: Readonly<Record<string, readonly Entry[] | undefined>>,
  { source, depth }: Whole,
): (readonly Entry[])[] {
  const lists = Object.entries(given).map(([path, list]): readonly [string, readonly Entry[]] => {
    if (list === undefined) throw errorOf({ path, kind: "missing", allowed: "given" }, source);
    return [path, list];
  });
  const [path, { length }] = lists[0];
  const size = depth === undefined ? { count: length, of: path } : { count: depth, of: "depth" };
  const complaint = requireLengths(given, size);
  if (complaint) throw errorOf(complaint, source);
  return lists.map(([, list]) => list);
}
