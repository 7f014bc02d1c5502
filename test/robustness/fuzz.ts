import { appendFileSync } from "node:fs";

/** What is drawn in this room; another with RESPATH_SEED, which `npm run fuzz` counts up. */
export const SEED = Number(process.env.RESPATH_SEED ?? 1);

/** With RESPATH_LONG, as `npm run fuzz` and `npm run check:long` set it, there is more of everything. */
export const IS_LONG = Boolean(process.env.RESPATH_LONG);

/** Adds what a test has done to the file that `npm run fuzz` counts from: numbers by what they count. */
export function count(done: Readonly<Record<string, number>>): void {
  const log = process.env.RESPATH_FUZZ_LOG;
  if (log) appendFileSync(log, `${JSON.stringify(done)}\n`);
}
