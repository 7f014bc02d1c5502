import type { LabelledImages } from "../data/labelled-images.js";
import type { Activation } from "../network/activations.js";
import type { EvidenceDocument } from "../network/documents.js";
import type { TrainSettings } from "../train/plan/train-plan.js";

/** A fully connected network to sample. */
export interface SampleSettings {
  readonly scheme: string;
  readonly activation: Activation;
  readonly depth: number;
  readonly width: number;
  readonly batch: number;
  readonly trials: number;
  readonly seed: number;
  readonly within: readonly number[];
}

/** A convolutional ReLU network to sample on images of the training set. */
export interface ConvolutionalSettings {
  readonly depth: number;
  readonly slopeFrom: number;
  readonly channels: number;
  readonly imageSize: 32 | 16 | 8;
  readonly batch: number;
  readonly trials: number;
  readonly seed: number;
}

/** One independent piece of a validation: plain data, done in a worker thread. */
export type Job = {
  readonly name: string;
  /** Roughly, on one core: what the progress is weighted by and the order of work comes from. */
  readonly estimatedSeconds: number;
} & (
  | { readonly kind: "sample"; readonly settings: SampleSettings }
  | { readonly kind: "variance-sample"; readonly settings: ConvolutionalSettings }
  | { readonly kind: "run"; readonly settings: TrainSettings }
);

/** The images that jobs need; their memory is shared between threads. */
export interface JobData {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly checksums: Readonly<Record<string, string>>;
}

/** The document named `name`, which is of the kind `kind`. */
export function documentOf<Kind extends EvidenceDocument["kind"]>(
  documents: Readonly<Record<string, EvidenceDocument>>,
  name: string,
  kind: Kind,
): Extract<EvidenceDocument, { kind: Kind }> {
  const document = documents[name];
  if (document?.kind !== kind) throw new Error(`no ${kind} document named ${name}`);
  return document as Extract<EvidenceDocument, { kind: Kind }>;
}
