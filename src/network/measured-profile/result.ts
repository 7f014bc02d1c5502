import { check, kinds } from "../checks/compiled/result-with-profile.js";
import { complaintOf } from "../checks/complaint.js";
import { inconsistencyOf } from "../documents/inconsistency.js";
import type { ResultDocument } from "../documents.js";
import { shown } from "../shown.js";
import type { ProfileOrigin } from "../variance-profile.js";
import { errorOf } from "./json.js";
import { ProfileError } from "./profile-error.js";
import type { MeasuredTable } from "./rows.js";

/** Which of a run's two profiles is meant. */
export const PROFILE_TIMES = ["before", "after"] as const;
export type ProfileTime = (typeof PROFILE_TIMES)[number];

/** The kinds of result document that hold a variance profile. */
export const PROFILE_KINDS = kinds;

type ProfileDocument = Extract<ResultDocument, { readonly kind: (typeof PROFILE_KINDS)[number] }>;

/**
 * The rows of one of respath's own result documents.
 *
 * A sample of a network without normaliser is read in its second moments, in which its path lengths are counted
 * (docs/conventions.md); everything else in batch variances.
 *
 * @param options.time which profile of a run: before training if absent.
 * @throws ProfileError for a document without a profile, or without one of its fields; for a time, unless it is a run's.
 */
export function tableOfResult(
  document: { readonly kind: unknown },
  options: { readonly source: string; readonly time?: ProfileTime },
): MeasuredTable {
  const { source } = options;
  if (!(PROFILE_KINDS as readonly unknown[]).includes(document.kind)) {
    const problem = `a ${shown(document.kind)} document has no variance profile; give one of ${PROFILE_KINDS.join(", ")}`;
    throw new ProfileError({ place: source }, problem);
  }
  const result = document as ProfileDocument;
  if (result.kind !== "run") refuseTime(options);
  const complaint = complaintOf(check, result) ?? inconsistencyOf(result);
  if (complaint) throw errorOf(complaint, source);
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
  result: ProfileDocument,
  { source, time = "before" }: { readonly source: string; readonly time?: ProfileTime },
): MeasuredTable {
  switch (result.kind) {
    case "run": {
      const place = (index: number) => `${source}, profile.${time}[${index}]`;
      return { source, rows: result.profile[time].map((row, index) => ({ ...row, place: place(index) })) };
    }
    case "variance-profile":
      return tableOf(result.skip, result.branch, source);
    case "sample":
    case "variance-sample":
      return tableOfSample(result, source);
  }
}

function tableOfSample(
  sample: Extract<ProfileDocument, { readonly kind: "sample" | "variance-sample" }>,
  source: string,
): MeasuredTable {
  const { attribution, blocks, depth, skip, branch, skipSecondMoment, branchSecondMoment } = sample;
  if (blocks !== undefined && blocks.length < depth) {
    const problem = `are ${blocks.length} of ${depth}; give a sample of all blocks, which has at most 1,000`;
    throw new ProfileError({ place: source, column: "blocks" }, problem);
  }
  if (attribution === undefined) {
    throw new ProfileError({ place: source, column: "attribution" }, "is missing; make the sample again");
  }
  return attribution === "second-moment" && branchSecondMoment
    ? tableOf(skipSecondMoment.mean, branchSecondMoment.mean, source)
    : tableOf(skip.mean, branch.mean, source);
}

function tableOf(
  skip: readonly (number | null)[],
  branch: readonly (number | null)[],
  source: string,
): MeasuredTable {
  const rows = skip.map((value, index) => ({
    place: `${source}, block ${index + 1}`,
    block: index + 1,
    skip: value,
    branch: branch[index],
  }));
  return { source, rows };
}
