import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { elementsOf } from "./elements.js";

/** MaxArraySize of a site that has not raised it: the indices are 0 to 1000. */
export const MAX_ARRAY = 1001;

/**
 * Seconds before the end of its time at which an element is told. Slurm looks at the clock every 30 s, so that it is told up to half a
 * minute sooner; at the end of its time all its processes get SIGTERM, and SIGKILL after the site's KillWait.
 */
export const WARNING = 90;

/** How often an element starts again before it is left to a person. */
export const MOST_REQUEUES = 20;

export interface SlurmOptions {
  /** The words that start respath there. */
  readonly respath: readonly string[];
  /** Absolute paths there. */
  readonly planPath: string;
  readonly results: string;
  /** Elements at most (MAX_ARRAY if absent), and at the same time. */
  readonly most?: number;
  readonly parallel?: number;
  /** Cores of an element; 1 if absent. */
  readonly cpus?: number;
  /** As Slurm writes them; from what the plan foresees if absent. */
  readonly time?: string;
  readonly memory?: string;
}

/**
 * The script of an array of jobs, for sbatch. A warning before the time is over makes what runs write its checkpoints, and the element
 * starts again; so does one that was killed. No path stands in a line that sbatch reads.
 */
export function slurmScript(plan: SweepPlanDocument, options: SlurmOptions): string {
  const { most = MAX_ARRAY, cpus = 1, parallel } = options;
  const elements = elementsOf(plan, { most, cpus });
  const { seconds, memory } = elements;
  const time = options.time ?? (seconds === undefined ? undefined : timeOf(seconds));
  const mem = options.memory ?? (memory === undefined ? undefined : `${memory}M`);
  const directives = [
    "job-name=respath",
    `array=0-${elements.count - 1}${parallel === undefined ? "" : `%${parallel}`}`,
    "ntasks=1",
    `cpus-per-task=${cpus}`,
    ...(time === undefined ? [] : [`time=${time}`]),
    ...(mem === undefined ? [] : [`mem=${mem}`]),
    "requeue",
    "open-mode=append",
    `signal=B:USR1@${WARNING}`,
  ];
  return `#!/bin/bash
${directives.map((directive) => `#SBATCH --${directive}`).join("\n")}
# ${plan.jobs.length} jobs of the plan with the sum ${plan.sha256.slice(0, 16)}, in ${elements.count} elements of at most ${elements.jobs}, by respath ${plan.respath}.
# For elements that are to be done again: sbatch --array=3,7 and this file.

respath=(${options.respath.map(quoted).join(" ")})
plan=${quoted(options.planPath)}
results=${quoted(options.results)}

${BEGINNING}
"\${respath[@]}" sweep shard "$plan" --index "$SLURM_ARRAY_TASK_ID" --of ${elements.count} --out "$results" \\
  --workers "\${SLURM_CPUS_PER_TASK:-${cpus}}" --break-lock &
${END}`;
}

const BEGINNING = `# Soon the time is over: what runs writes its checkpoints, and the element starts again.
trap 'again=yes; kill -TERM "$child"' USR1
# It is cancelled, or Slurm itself starts it again: all its processes have this signal.
trap 'again=\${again:-no}' TERM`;

const END = `child=$!
# A signal ends the waiting, not what is waited for. Of what has ended, bash does not always know the code a second time.
while wait "$child"; code=$?; kill -0 "$child" 2>/dev/null; do :; done

# Stopped or killed, with jobs left; what cancels it may reach the child sooner than this shell. By the element's number: that of its
# job may be the whole array's.
[ "$code" -le 128 ] || sleep 1
if [ "$code" -gt 128 ] && [ "\${again:-yes}" = yes ] && [ "\${SLURM_RESTART_COUNT:-0}" -lt ${MOST_REQUEUES} ]; then
  scontrol requeue "\${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$code"
`;

/** A word of bash, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Such as 1-02:30:00, in whole minutes: Slurm knows none in between. At least what lets an element be warned and begin. */
function timeOf(seconds: number): string {
  const minutes = Math.max(10, Math.ceil(seconds / 60));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const two = (number: number) => String(number).padStart(2, "0");
  return `${days > 0 ? `${days}-` : ""}${two(hours)}:${two(minutes % 60)}:00`;
}
