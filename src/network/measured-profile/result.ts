import type { ResultDocument } from "../documents.js";
import type { ProfileOrigin } from "../variance-profile.js";
import { ProfileError } from "./profile-error.js";
import type { MeasuredTable } from "./rows.js";

/** Which of a run's two profiles is meant. */
export const PROFILE_TIMES = ["before", "after"] as const;
export type ProfileTime = (typeof PROFILE_TIMES)[number];

/** The result documents that hold a variance profile. */
export const PROFILE_KINDS = ["variance-profile", "sample", "convolutional-sample", "run"] as const;

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
    const problem = `a ${JSON.stringify(document.kind)} document has no variance profile; give one of ${PROFILE_KINDS.join(", ")}`;
    throw new ProfileError({ place: source }, problem);
  }
  const result = document as ResultDocument;
  if (result.kind !== "run") refuseTime(options);
  return { ...tableOfKind(result, options), origin: ORIGINS[result.kind as keyof typeof ORIGINS] };
}

/** What made the variances of each kind. */
const ORIGINS: Readonly<Record<(typeof PROFILE_KINDS)[number], ProfileOrigin>> = {
  "variance-profile": "predicted",
  sample: "sampled",
  "convolutional-sample": "sampled",
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
  result: ResultDocument,
  { source, time = "before" }: { readonly source: string; readonly time?: ProfileTime },
): MeasuredTable {
  switch (result.kind) {
    case "run": {
      const blocks = list(result.profile?.[time], { source, column: `profile.${time}` });
      const place = (index: number) => `${source}, profile.${time}[${index}]`;
      return {
        source,
        rows: blocks.map((row, index) => ({ ...(row as object as Row), place: place(index) })),
      };
    }
    case "variance-profile":
      return tableOf({ skip: result.skip, branch: result.branch }, ["skip", "branch"], source);
    case "sample":
      return result.attribution === "second-moment"
        ? tableOf(
            { skip: result.skipSecondMoment?.mean, branch: result.branchSecondMoment?.mean },
            ["skipSecondMoment.mean", "branchSecondMoment.mean"],
            source,
          )
        : tableOf(
            { skip: result.skip?.mean, branch: result.branch?.mean },
            ["skip.mean", "branch.mean"],
            source,
          );
    default:
      return tableOf(
        { skip: (result as Averaged).skip?.mean, branch: (result as Averaged).branch?.mean },
        ["skip.mean", "branch.mean"],
        source,
      );
  }
}

interface Row {
  readonly block: unknown;
  readonly skip: unknown;
  readonly branch: unknown;
}

interface Averaged {
  readonly skip?: { readonly mean?: unknown };
  readonly branch?: { readonly mean?: unknown };
}

function tableOf(
  paths: { readonly skip: unknown; readonly branch: unknown },
  [skipColumn, branchColumn]: readonly [string, string],
  source: string,
): MeasuredTable {
  const skip = list(paths.skip, { source, column: skipColumn });
  const branch = list(paths.branch, { source, column: branchColumn });
  if (skip.length !== branch.length) {
    const problem = `must have as many blocks as ${skipColumn}, ${skip.length}, not ${branch.length}`;
    throw new ProfileError({ place: source, column: branchColumn }, problem);
  }
  const rows = skip.map((value, index) => ({
    place: `${source}, block ${index + 1}`,
    block: index + 1,
    skip: value,
    branch: branch[index],
  }));
  return { source, rows };
}

function list(value: unknown, { source, column }: { source: string; column: string }): readonly unknown[] {
  if (!Array.isArray(value)) throw new ProfileError({ place: source, column }, "must be a list of blocks");
  return value;
}
