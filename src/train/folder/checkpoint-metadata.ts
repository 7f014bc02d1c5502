import type { Count, DocumentFormat } from "../../network/documents.js";

/** By name: what decides the course of a run. Values are plain data. */
export type CheckpointSettings = Readonly<Record<string, unknown>>;

/** What a checkpoint holds beside its tensors: each a text of JSON in the `__metadata__` of its safetensors file. */
export interface CheckpointMetadata {
  readonly format?: DocumentFormat;
  /** Steps that were taken. */
  readonly step: Count;
  /** What a run has to agree with to go on from here: known before the data, and with them. */
  readonly settings: CheckpointSettings;
  readonly circumstances: CheckpointSettings;
}
