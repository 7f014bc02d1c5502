import { openStream } from "../../src/random/index.js";
import { nextNormal } from "../../src/random/normal.js";

/** What becomes of a job, whoever does it. */
export interface Fate {
  /** What it takes: log-normal, with a median of a minute. */
  readonly seconds: number;
  /** What the plan says that it takes: off by a factor of 1.2 or so. */
  readonly foreseen: number;
  /** How many of its tries fail: the first in 1 %, all in 0.1 %. */
  readonly failures: number;
  /** Whether the first worker that has it is taken for lost in the middle of it, in 1 %: it ends the job all the same, and so does another. */
  readonly isLost: boolean;
}

/** @param place the job's in the plan, which all is decided by. */
export function fateOf(place: number): Fate {
  const stream = openStream({ seed: place, purpose: "sweep-scale" });
  const seconds = 60 * Math.exp(nextNormal(stream));
  const foreseen = seconds * 1.2 ** nextNormal(stream);
  const luck = stream.nextUniform();
  const failures = luck < 0.001 ? Number.POSITIVE_INFINITY : luck < 0.01 ? 1 : 0;
  return { seconds, foreseen, failures, isLost: stream.nextUniform() < 0.01 };
}
