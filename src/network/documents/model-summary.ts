import type { Activation } from "../activations.js";
import type { Complaint } from "../checks/complaint.js";
import type { SchemeName } from "../schemes/index.js";
import { requireBlocks } from "./consistency.js";
import type { Count, DocumentFormat, Magnitude, Natural, Share } from "./numbers.js";
import type { Provenance } from "./provenance.js";
import type { RunDesign } from "./run.js";

/** Side, side and channels of a map; side 1 where there are features. */
export type MapShape = readonly [Count, Count, Count];

/** A part of a network: what goes in and comes out of it for one image, what it learns, and the operations of a forward pass. */
export interface SummarizedPart {
  readonly input: MapShape;
  readonly output: MapShape;
  readonly parameters: Natural;
  /** Floating-point operations an image, two for each multiply-and-add. */
  readonly operations: Magnitude;
}

/** A residual block of a summary, with its predicted variances at initialisation; null beyond float64. */
export interface SummarizedBlock extends SummarizedPart {
  /** 1…d. */
  readonly block: Count;
  readonly stage: Count;
  readonly transition: boolean;
  readonly layers: readonly {
    readonly kernel: Count;
    readonly stride: Count;
    readonly width: Count;
  }[];
  readonly skip: Magnitude | null;
  readonly branch: Magnitude | null;
  /** q_i, in the moment that path lengths are counted in. */
  readonly share: Share | null;
}

/** What a model is, before it is trained (docs/models.md). */
export interface ModelSummaryDocument {
  readonly kind: "model-summary";
  readonly format?: DocumentFormat;
  readonly model: string;
  /** What stands before each weight layer of a branch. */
  readonly activation: Activation;
  readonly scheme: SchemeName;
  readonly alpha?: string;
  readonly design: RunDesign;
  readonly depth: Count;
  readonly imageSize: Count;
  readonly classes: Count;
  readonly batch: Count;
  readonly ghostBatch: Count;
  readonly workers: Count;
  readonly stem: SummarizedPart;
  readonly blocks: readonly SummarizedBlock[];
  readonly head: SummarizedPart;
  readonly parameters: Natural;
  /** Floating-point operations of a forward pass of one image, and of a training step of the whole batch. */
  readonly operations: { readonly forward: Magnitude; readonly step: Magnitude };
  /** Bytes of a step in one thread: without recomputation, with as little as it can be, and what there is. */
  readonly memory: {
    readonly none: Magnitude;
    /** Blocks a segment, and what the step then takes. */
    readonly least: { readonly segment: Count; readonly bytes: Magnitude };
    readonly available: Magnitude;
  };
  readonly predicted: {
    /** Of the law of the path lengths; null where a block passes nothing on or more than float64 holds. */
    readonly meanLength: Magnitude | null;
    readonly quantile97: Natural | null;
    readonly assumptions: readonly string[];
  };
  readonly provenance?: Provenance;
}

/** What of a summary does not go together. @internal */
export function inconsistencyOfModelSummary({ blocks, depth }: ModelSummaryDocument): Complaint | undefined {
  return requireBlocks("blocks", blocks, depth);
}
