import { resolve } from "node:path";
import type { TopLevelSpec } from "vega-lite";
import type { ResultDocument } from "../network/documents.js";
import { OutputError, UsageError } from "../network/errors.js";
import { safeText } from "../network/safe-text.js";
import { VERSION } from "../system/provenance.js";
import { STANDARD_OUTPUT } from "./options.js";
import { endIfUnread } from "./streams.js";

/**
 * Prints a result: the JSON document alone with `--json`, `text` otherwise; and writes the picture of `--plot`. With `--plot -`
 * its specification is what goes to stdout, and the text to stderr.
 */
export async function present(
  document: ResultDocument,
  argv: { readonly json?: boolean; readonly plot?: string },
  text: () => string,
): Promise<void> {
  if (argv.plot === STANDARD_OUTPUT) {
    const { plotOf } = await import("../plot/plot-of.js");
    log(text());
    return printSpecification(plotOf(document));
  }
  if (argv.plot !== undefined) {
    const { plotToFile } = await import("../plot/plot-of.js");
    await plotToFile(document, argv.plot);
  }
  await print(argv.json ? JSON.stringify(document) : safeText(text()));
  if (argv.plot !== undefined) log(`wrote ${argv.plot}`);
}

/** Prints a Vega-Lite specification. */
export async function printSpecification(specification: TopLevelSpec): Promise<void> {
  const { renderPlot } = await import("../plot/render.js");
  await print(String(await renderPlot(specification, "vl.json")).trimEnd());
}

/**
 * Refuses, before a command does anything, a picture or a journal that could not be written at its end, and a folder for data
 * whose path is mistyped.
 *
 * @param command its name.
 * @throws OutputPlaceError, or UsageError for two documents on one stream or data on it.
 */
export async function requirePlaces(command: string, argv: Readonly<Record<string, unknown>>): Promise<void> {
  const { plot, json, out, dir } = argv as Partial<Record<"plot" | "out" | "dir", string>> & {
    json?: boolean;
  };
  if (plot === STANDARD_OUTPUT && json) {
    throw new UsageError(
      "--plot - and --json would both go to standard output; give one of them a file or leave it out",
    );
  }
  if (out === STANDARD_OUTPUT) {
    throw new UsageError(
      "--out is for data on the disk, not for standard output: give --json, or -o - for a picture",
    );
  }
  if (plot !== undefined) requireOwnFile(plot, argv);
  if (plot === undefined && out === undefined && dir === undefined) return;
  const { requireNearFolder, requireWritableFile } = await import("../system/write-file.js");
  if (dir !== undefined) await requireNearFolder(dir);
  // Of a sample it is a file, of other commands a folder that they make.
  const isFile = command === "sample";
  if (isFile && out !== undefined) await requireWritableFile(out);
  if (plot !== undefined && plot !== STANDARD_OUTPUT)
    await requireWritableFile(plot, isFile ? undefined : out);
}

/** @throws UsageError for a picture in the place of a file that the line names otherwise: a journal, a result, weights. */
function requireOwnFile(plot: string, argv: Readonly<Record<string, unknown>>): void {
  if (plot === STANDARD_OUTPUT) return;
  const isSame = ([name, value]: [string, unknown]) =>
    !["plot", "o"].includes(name) && typeof value === "string" && resolve(value) === resolve(plot);
  if (Object.entries(argv).some(isSame)) {
    throw new UsageError(
      `--plot ${plot} would replace what else the line names; give the picture another file`,
    );
  }
}

/** Writes to stdout and waits until it is taken (a pipe may be slow). @throws OutputError where it cannot be written. */
export async function print(output: string): Promise<void> {
  const error = await new Promise<Error | null | undefined>((resolve) => {
    process.stdout.write(`${output}\n`, resolve);
  });
  if (!error) return;
  endIfUnread(error);
  const { reasonOf } = await import("../system/write-file.js");
  throw new OutputError(`cannot write to standard output: ${reasonOf(error)}`);
}

/** A line for a person, on stderr. */
export function log(line: string): void {
  process.stderr.write(`${safeText(line)}\n`);
}

/** 10000 → "10,000". */
export function grouped(value: number): string {
  // Not toLocaleString, which takes several milliseconds to load its locale.
  return String(value).replace(/^-?\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ","));
}

/** A probability as a percentage of six significant digits, without rounding a tail to 0 or 100. */
export function percent(value: number): string {
  const scaled = 100 * value;
  return scaled === 0 || scaled >= 0.001
    ? `${Number(scaled.toPrecision(6))} %`
    : `${scaled.toExponential(3)} %`;
}

/** Of a value: errors below this are the rounding of float32, not a spread. */
const ROUNDING = 1e-7;

/** `value ± se` to the digits the error allows. */
export function withError(value: number, se: number): string {
  if (!(se > ROUNDING * Math.abs(value)) || !Number.isFinite(se)) return String(Number(value.toPrecision(6)));
  const digits = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(se))));
  return `${withoutSignOfZero(value.toFixed(digits))} ± ${se.toFixed(digits)}`;
}

/** "-0.0" is 0.0. */
export function withoutSignOfZero(number: string): string {
  return /^-0(\.0*)?$/.test(number) ? number.slice(1) : number;
}

export { VERSION };
