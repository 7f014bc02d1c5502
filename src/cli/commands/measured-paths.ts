import type { MeasuredPathLengthsDocument } from "../../network/documents/comparison.js";
import { InvalidArgumentError, UsageError } from "../../network/errors.js";
import type { ProfileTime } from "../../network/measured-profile/index.js";
import { startProvenance } from "../../system/provenance.js";
import { readText } from "../../system/read-text.js";
import { reasonOf } from "../../system/write-file.js";
import { lawLines } from "../law-lines.js";
import { oneOf, option, text } from "../options.js";
import { grouped, present } from "../output.js";

export const measuredOptions = {
  profile: option("profile", text, {
    describe: "measured variances instead of a scheme: a .json or .csv file, or - for standard input",
  }),
  time: option("time", oneOf<ProfileTime>(["before", "after"]), {
    describe: "which profile of a run's document: before training (if absent) or after",
  }),
};

export interface MeasuredPathsArguments {
  /** A file, or - for standard input. */
  readonly profile: string;
  /** Which profile of a run's document. */
  readonly time?: ProfileTime;
  readonly within?: readonly number[];
  readonly json?: boolean;
  readonly plot?: string;
}

/** `respath paths --profile`: the law of a profile that was measured elsewhere. */
export async function presentMeasuredPaths(argv: MeasuredPathsArguments): Promise<void> {
  const { profile: path, time, within } = argv;
  const finish = startProvenance({ command: "paths", profile: path, time, within });
  const source = path === "-" ? "standard input" : path;
  const content = await readProfile(path);
  const { parseMeasuredProfile } = await import("../../network/measured-profile/index.js");
  const { measuredPathLengths } = await import("../../analytic/measured-profile.js");
  const profile = parseMeasuredProfile(content, { source, time });
  const law = measuredPathLengths({ profile, source, within });
  const document = time === undefined ? law : { ...law, time };
  await present({ ...document, provenance: finish() }, argv, () => describe(document));
}

/** Refuses what describes a predicted network beside a measured one, and `--time` without one. */
export function requireAlone(argv: Readonly<Record<string, unknown>>): void {
  if (argv.profile === undefined) {
    if (argv.time === undefined) return;
    throw new UsageError(
      "--time says which profile of a run is meant; give the run's document with --profile",
    );
  }
  const given = PREDICTED.filter((name) => argv[name] !== undefined);
  if (argv.activation !== "linear") given.push("activation");
  if (given.length === 0) return;
  const options = given.map((name) => `--${name}`).join(", ");
  throw new UsageError(`--profile brings its own network; leave out ${options}`);
}

const PREDICTED = [
  "scheme",
  "architecture",
  "alpha",
  "skip",
  "survival",
  "normalized",
  "depth",
  "input-variance",
  "convention",
];

async function readProfile(path: string): Promise<string> {
  if (path === "-" && process.stdin.isTTY)
    throw new InvalidArgumentError("--profile", path, "a file, unless one is piped in");
  try {
    return await readText(path);
  } catch (error) {
    throw new UsageError(`--profile ${path} cannot be read: ${reasonOf(error)}`);
  }
}

function describe(result: MeasuredPathLengthsDocument): string {
  const { kind, depth, source, time } = result;
  return [
    `${source}, ${grouped(depth)} ${depth === 1 ? "block" : "blocks"}, ${kind.split("-", 1)[0]}${time === undefined ? "" : ` ${time} training`}`,
    ...lawLines(result),
  ].join("\n");
}
