import { check } from "./checks/compiled/probe.js";
import { complaintOf, sentenceOf } from "./checks/complaint.js";
import { inconsistencyOfProbe, type ProbeDocument, type ProbesDocument } from "./documents/probe.js";
import { DataError } from "./errors.js";
import { FORMAT, newerFormat } from "./format.js";
import { parseJson, parseJsonIfAny } from "./parse-json.js";

/**
 * Reads the text of a `probe.jsonl` and checks it (docs/schemas/probe.schema.json). What follows the last line break was not
 * written to its end and is left out.
 *
 * @param source where the text comes from, for the message.
 * @throws DataError for a line that is no probe, or without any.
 */
export function parseProbeLines(text: string, source: string): ProbeDocument[] {
  const lines = text.split("\n").slice(0, -1);
  if (lines.length === 0) throw new DataError(`${source} has no probes`);
  return lines.map((line, index) => probeOfLine(line, `line ${index + 1} of ${source}`));
}

/** A probe, if that is what the line is. */
export function parseProbeLine(line: string): ProbeDocument | undefined {
  const value = parseJsonIfAny(line);
  return (complaintOf(check, value) ?? inconsistencyOfProbe(value as ProbeDocument))
    ? undefined
    : (value as ProbeDocument);
}

function probeOfLine(line: string, place: string): ProbeDocument {
  let value: unknown;
  try {
    value = parseJson(line);
  } catch {
    throw new DataError(`${place} is not a probe`);
  }
  const newer = newerFormat(value);
  if (newer) throw new DataError(`${place} ${newer}`);
  const complaint = complaintOf(check, value) ?? inconsistencyOfProbe(value as ProbeDocument);
  if (complaint) throw new DataError(`${place} is not a probe: ${sentenceOf(complaint)}`);
  return value as ProbeDocument;
}

/** The document of some lines: a step that is not after the one before begins another run. */
export function probesOfLines(probes: readonly ProbeDocument[]): ProbesDocument {
  const runs: ProbeDocument[][] = [];
  for (const probe of probes) {
    const before = runs.at(-1)?.at(-1);
    if (before && probe.step > before.step) runs[runs.length - 1].push(probe);
    else runs.push([probe]);
  }
  return { kind: "probes", format: FORMAT, runs };
}
