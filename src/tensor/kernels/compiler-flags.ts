import { execFileSync } from "node:child_process";
import { setFlagsFromString } from "node:v8";
import type { KernelBuild } from "./builds.js";

/** What V8 is told before a build is compiled, and afterwards. */
export interface CompilerFlags {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export const NO_FLAGS: CompilerFlags = { before: [], after: [] };

/** The 256-bit operations of `wide`. */
export const REVECTORIZE = "experimental-wasm-revectorize";

/** A flag of V8, and whether a build wants it on. */
interface Wish {
  readonly flag: string;
  readonly on: boolean;
}

/**
 * The optimising compiler at once: otherwise the first calls of each kernel would run V8's baseline code, ten times slower, and
 * a check would check that instead of what training runs.
 */
const ALWAYS: readonly Wish[] = [
  { flag: "liftoff", on: false },
  { flag: "wasm-lazy-compilation", on: false },
];

/**
 * For where a build does not compile otherwise: V8 14.6 (Node 26.10) ends the process when it inlines between our functions without
 * having run them. Node 26 trains at 0.97 of Node 24's speed so (results/bench/nodes.json).
 */
const NO_INLINING: Wish = { flag: "wasm-inlining", on: false };

/** What each build wants of V8. */
export const WISHES: Readonly<Record<KernelBuild, readonly Wish[]>> = {
  wide: [...ALWAYS, { flag: REVECTORIZE, on: true }],
  // On by default from Node 22.
  fma: [...ALWAYS, { flag: "experimental-wasm-relaxed-simd", on: true }],
  simd: ALWAYS,
};

/**
 * The flags that a build may be compiled with, the best first: of those that it wants, the ones that this V8 has and that are not so by
 * default. V8 complains of a flag that it does not know, and each of these may leave it.
 *
 * Each is set back at once. An instance made without inlining, say, has no room for the call counts that baseline code compiled
 * before goes on to write, and V8 13 and 14 end the process.
 *
 * @param known as {@link flagsOfV8} gives them.
 */
export function flagsOf(build: KernelBuild, known: ReadonlyMap<string, boolean>): readonly CompilerFlags[] {
  const isDue = ({ flag, on }: Wish) => known.get(flag) === !on;
  const due = WISHES[build].filter(isDue);
  return [due, ...(isDue(NO_INLINING) ? [[...due, NO_INLINING]] : [])].map(setting);
}

/** Whether flags are what {@link flagsOf} gives for a build in some V8, and no others, which may do anything. */
export function areFlagsOf(build: KernelBuild, flags: CompilerFlags): boolean {
  const wishes = [...WISHES[build], NO_INLINING];
  const given = wishes.filter(({ flag, on }) => flags.before.includes(spelt(flag, on)));
  const { before, after } = setting(given);
  return JSON.stringify([flags.before, flags.after]) === JSON.stringify([before, after]);
}

function setting(wishes: readonly Wish[]): CompilerFlags {
  return {
    before: wishes.map(({ flag, on }) => spelt(flag, on)),
    after: wishes.map(({ flag, on }) => spelt(flag, !on)),
  };
}

function spelt(flag: string, on: boolean): string {
  return on ? `--${flag}` : `--no-${flag}`;
}

/** V8's switches, and whether each is on by default, from what `node --v8-options` prints. */
export function flagsOfV8(listing: string): Map<string, boolean> {
  const switches = listing.matchAll(/^ +--([a-z0-9-]+) .*\n +type: bool +default: --(no-)?\1$/gm);
  return new Map([...switches].map(([, flag, no]) => [flag, no === undefined]));
}

/** Does work with V8's flags set. They are those of the whole process, other threads included. */
export function withFlags<T>({ before, after }: CompilerFlags, work: () => T): T {
  for (const flag of before) setFlagsFromString(flag);
  try {
    return work();
  } finally {
    for (const flag of after) setFlagsFromString(flag);
  }
}

/** The switches of the V8 in this process, as {@link flagsOfV8} reads them; none where Node cannot be asked. */
export function flagsOfThisV8(): Map<string, boolean> {
  try {
    return flagsOfV8(
      execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8", maxBuffer: 1 << 26 }),
    );
  } catch {
    return new Map();
  }
}
