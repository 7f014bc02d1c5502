import { createHash } from "node:crypto";
import type { SweptCommand } from "../../network/documents/sweep.js";

/** The id of a job: of its command and the values that its options are parsed to, whatever the order they stand in. */
export function jobId(command: SweptCommand, values: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256(JSON.stringify([command, entries])).slice(0, 16);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
