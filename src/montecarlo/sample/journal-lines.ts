/** The lines of a journal as JSON (docs/decisions/0008-journal-of-trials.md). */

import { check } from "../../network/checks/compiled/journal.js";
import { complaintOf } from "../../network/checks/complaint.js";
import type { Count, DocumentFormat, Natural } from "../../network/documents.js";
import { parseJsonIfAny } from "../../network/parse-json.js";
import type { BackwardRecord } from "../backward/backward.js";
import type { TrialRecord } from "../forward/trial-record.js";
import { decodeRecord } from "./record-codec.js";

/** The first line: everything that determines the trials, by what each thing is called in a complaint. */
export interface JournalFirstLine {
  readonly kind: "respath-journal";
  readonly format: DocumentFormat;
  readonly [name: string]: unknown;
}

/** Base64 of little-endian float64. */
export interface PackedFloats {
  readonly float64: string;
}

/** Base64 of little-endian int32. */
export interface PackedIntegers {
  readonly int32: string;
}

/** The shares of the path lengths after a block. */
export interface SharesLine {
  readonly block: Count;
  readonly share: PackedFloats;
}

/** What every trial's line has. */
export interface RecordLine {
  readonly trial: Natural;
  readonly blocks: PackedIntegers;
  readonly shares: readonly SharesLine[];
}

/** Four statistics of one tensor, by block. */
export interface SeriesLine {
  readonly variance: PackedFloats;
  readonly meanSquared: PackedFloats;
  readonly secondMoment: PackedFloats;
  readonly channelVariance: PackedFloats;
}

/** A trial of signals that go forward. */
export interface ForwardLine extends RecordLine {
  readonly skip: SeriesLine;
  readonly branch: SeriesLine;
  readonly input: SeriesLine;
}

/** A trial of gradients that go back. */
export interface BackwardLine extends RecordLine {
  readonly squaredNorm: PackedFloats;
}

/** A line of a journal. */
export type JournalLine = JournalFirstLine | ForwardLine | BackwardLine;

export interface ExpectedRecord {
  readonly trial: number;
  /** The journal's first line. */
  readonly header: Readonly<Record<string, unknown>>;
}

/** The record of a line, if it is whole and the one that is expected. */
export function recordOfLine(
  line: string,
  expected: ExpectedRecord,
): TrialRecord | BackwardRecord | undefined {
  if (complaintOf(check, parseJsonIfAny(line))) return undefined;
  const record = decodedIfAny(line) as TrialRecord | BackwardRecord | { readonly kind: unknown } | undefined;
  return !record || "kind" in record || !isExpected(record, expected) ? undefined : record;
}

/** Undefined where an array of numbers is no such array. */
function decodedIfAny(line: string): unknown {
  try {
    return decodeRecord(line);
  } catch {
    return undefined;
  }
}

function isExpected(record: TrialRecord | BackwardRecord, { trial, header }: ExpectedRecord): boolean {
  const series =
    "squaredNorm" in record
      ? [record.squaredNorm]
      : [record.skip, record.branch, record.input].flatMap((path) => Object.values(path));
  return (
    record.trial === trial &&
    "squaredNorm" in record === header.backward &&
    record.blocks.length === header["number of recorded blocks"] &&
    series.every(({ length }) => length === record.blocks.length) &&
    String(record.shares.map(({ block }) => block)) === String(header["blocks with path lengths"])
  );
}
