import { UsageError } from "../../network/errors.js";

/** One of the elements of an array of jobs. */
export interface ArrayElement {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

/** How engines tell a process which element it is. Slurm counts from wherever its array starts, the others from 0. */
const ENGINES = [
  { index: "SLURM_ARRAY_TASK_ID" },
  { index: "JOB_COMPLETION_INDEX" },
  { index: "AWS_BATCH_JOB_ARRAY_INDEX", count: "AWS_BATCH_JOB_ARRAY_SIZE" },
] as const;

/** For messages and `--help`. */
export const INDEX_VARIABLES = ENGINES.map(({ index }) => index);

interface ElementOptions {
  /** As given on the command line. */
  readonly index?: number;
  readonly of?: number;
  readonly environment: NodeJS.ProcessEnv;
}

/** Which element this process is: as it was told, otherwise as its engine says. @throws UsageError where neither says it, or several do. */
export function arrayElement({ index, of, environment }: ElementOptions): ArrayElement {
  const element = index === undefined ? engineElement(environment, of) : { index, of };
  if (element.of === undefined)
    throw new UsageError("give --of, the number of shards, which nothing here says");
  if (element.index < element.of) return { index: element.index, of: element.of };
  throw new UsageError(
    `shard ${element.index} of ${element.of} is none: shards are counted from 0 to ${element.of - 1}`,
  );
}

function engineElement(
  environment: NodeJS.ProcessEnv,
  of: number | undefined,
): { readonly index: number; readonly of: number | undefined } {
  const set = ENGINES.filter(({ index }) => environment[index]);
  const [engine] = set;
  if (!engine) {
    throw new UsageError(`give --index: none of ${INDEX_VARIABLES.join(", ")} is set, which would say it`);
  }
  if (set.length > 1) {
    const names = set.map(({ index }) => index).join(" and ");
    throw new UsageError(`give --index and --of: ${names} are both set, and one of them only can say it`);
  }
  if (engine.index === "SLURM_ARRAY_TASK_ID") return slurmElement(environment, of);
  const index = wholeNumberIn(environment, engine.index)!;
  return { index, of: of ?? ("count" in engine ? wholeNumberIn(environment, engine.count) : undefined) };
}

/** With a number of shards that was given, Slurm's index is the shard: parts of an array can be submitted again. */
function slurmElement(environment: NodeJS.ProcessEnv, of: number | undefined) {
  const read = (name: string) => wholeNumberIn(environment, `SLURM_ARRAY_TASK_${name}`);
  const id = read("ID")!;
  const [count, min = 0, max, step = 1] = [read("COUNT"), read("MIN"), read("MAX"), read("STEP")];
  if (of !== undefined) {
    if (max === undefined || max < of) return { index: id, of };
    throw new UsageError(
      `the array goes to ${max}: with --of ${of} its elements are 0 to ${of - 1} (--array=0-${of - 1})`,
    );
  }
  // A list with gaps, such as --array=0,1,5, has a step of 1, too.
  if (count !== undefined && max !== undefined && max !== min + step * (count - 1)) {
    throw new UsageError("give --of: the array is a list with gaps, which does not say the number of shards");
  }
  return { index: (id - min) / step, of: count };
}

function wholeNumberIn(environment: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = environment[name];
  if (!text) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${name} must be a whole number, not ${JSON.stringify(text)}`);
}
