import { DataError } from "./errors.js";
import type { ProbeDocument, ProbesDocument } from "./probe-documents.js";

/**
 * Reads the text of a `probe.jsonl`. What follows the last line break was not written to its end and is left out.
 *
 * @param source where the text comes from, for the message.
 * @throws DataError for a line that is no probe, or without any.
 */
export function parseProbeLines(text: string, source: string): ProbeDocument[] {
  const lines = text.split("\n").slice(0, -1);
  if (lines.length === 0) throw new DataError(`${source} has no probes`);
  return lines.map((line, index) => {
    const probe = parseProbeLine(line);
    if (!probe) throw new DataError(`line ${index + 1} of ${source} is not a probe`);
    return probe;
  });
}

/** A probe, if that is what the line is. */
export function parseProbeLine(line: string): ProbeDocument | undefined {
  try {
    const probe: ProbeDocument | null = JSON.parse(line);
    return probe?.kind === "probe" ? probe : undefined;
  } catch {
    return undefined;
  }
}

/** The document of some lines: a step that is not after the one before begins another run. */
export function probesOfLines(probes: readonly ProbeDocument[]): ProbesDocument {
  const runs: ProbeDocument[][] = [];
  for (const probe of probes) {
    const before = runs.at(-1)?.at(-1);
    if (before && probe.step > before.step) runs[runs.length - 1].push(probe);
    else runs.push([probe]);
  }
  return { kind: "probes", runs };
}
