import type { Activation } from "../activations.js";
import { type Complaint, wrong } from "../checks/complaint.js";
import type { SchemeName } from "../schemes/index.js";
import type { NetworkParts, NormPosition } from "../settings/design-choices.js";
import type { Recipe } from "../settings/recipe.js";
import { inEntries, requireBlocks, requireLengths } from "./consistency.js";
import type {
  Count,
  DocumentFormat,
  Magnitude,
  Natural,
  PerhapsMagnitude,
  PerhapsNumber,
  Share,
} from "./numbers.js";
import type { Provenance } from "./provenance.js";

/** A block's variances in a live network, before or after training. */
export interface MeasuredBlock {
  /** 1…d. */
  readonly block: Count;
  /** Stage 1…3, and whether the skip path of this block goes through a projection. */
  readonly stage: Count;
  readonly transition: boolean;
  /** Batch variance of the skip path and the branch (over batch and space, mean over channels). */
  readonly skip: PerhapsMagnitude;
  readonly branch: PerhapsMagnitude;
  /** The branch scalar, where the scheme has one. */
  readonly alpha?: PerhapsNumber;
}

/**
 * The blocks 1…d, in order.
 *
 * @minItems 1
 */
export type MeasuredBlocks = readonly MeasuredBlock[];

/** How a trained network was built under its scheme, where that can be chosen (docs/training.md). */
export interface RunDesign extends NetworkParts {
  /** The expressions of the skip path's scale and of the probability that a branch is kept. */
  readonly skip?: string;
  readonly survival?: string;
  /** Where it normalises; absent: nowhere. */
  readonly normPosition?: NormPosition;
  /** Of GroupNorm. */
  readonly normGroups?: Count;
  /** Whether the scale of the branches is learned. */
  readonly alphaLearned: boolean;
  /** Fixup's components. */
  readonly fixup?: readonly number[];
}

/** What respath train has found: run.json (docs/training.md). */
export interface RunDocument {
  readonly kind: "run";
  readonly format?: DocumentFormat;
  readonly model: string;
  /** What stood before each weight layer of a branch, where it was not a ReLU. */
  readonly activation?: Activation;
  readonly scheme: SchemeName;
  readonly alpha?: string;
  /** Absent in older documents. */
  readonly design?: RunDesign;
  readonly depth: Count;
  readonly parameters: Count;
  readonly batch: Count;
  readonly learningRate: Magnitude;
  readonly seed: Natural;
  readonly imageSize: Count;
  readonly outcome: "trained" | "stalled" | "diverged";
  /** The step from which on the run had diverged; its last one otherwise. Absent in older documents. */
  readonly outcomeStep?: Count;
  /** One sentence: what the outcome was judged by (docs/training.md). */
  readonly reason: string;
  readonly steps: Count;
  readonly loss: {
    /** Of the first and the last step. */
    readonly first: Magnitude | null;
    readonly last: Magnitude | null;
    /** Mean over the last steps, which the outcome was judged by; absent where a loss was not finite. */
    readonly judged?: {
      readonly mean: PerhapsMagnitude;
      readonly se: PerhapsMagnitude;
      readonly steps: Count;
    };
  };
  /**
   * The training loss of every step; null where it was not finite.
   *
   * @minItems 1
   */
  readonly lossCurve: readonly (Magnitude | null)[];
  /** After the last step: the fraction of test images classified correctly; null without test images or a finite loss. */
  readonly testAccuracy: Share | null;
  /** The largest of all tests, and the first step after which it was found; absent without a test and in older documents. */
  readonly bestTestAccuracy?: Share;
  readonly bestTestStep?: Count;
  /** Of each test. */
  readonly testImages: Natural;
  /** What each test found: after which step, the accuracy, and the mean cross-entropy in nats. */
  readonly tests?: readonly {
    readonly step: Count;
    readonly accuracy: Share;
    readonly loss: Magnitude | null;
  }[];
  /** Such as `cifar100`. */
  readonly dataSet?: string;
  readonly trainingImages?: Count;
  /** Of the images; 10 if absent. */
  readonly classes?: Count;
  /**
   * Images of a folder that could not be decoded, in whose place others were taken: how many, and the first of them by
   * name. Absent where the images came from elsewhere.
   */
  readonly badImages?: { readonly count: Natural; readonly names: readonly string[] };
  readonly schedule?: string;
  /** Absent: none. */
  readonly warmup?: { readonly steps: Count } | { readonly epochs: Magnitude };
  /** How a step moved the weights. */
  readonly recipe?: Recipe;
  readonly augmented?: boolean;
  readonly imagesPerSecond: { readonly median: Magnitude; readonly min: Magnitude; readonly max: Magnitude };
  /** The network's profile on one fixed batch; null entries where not finite. */
  readonly profile: { readonly before: MeasuredBlocks; readonly after: MeasuredBlocks };
  /**
   * SHA-256 of the safetensors file of the final weights and moving averages, without `__metadata__` (docs/training.md).
   *
   * @pattern ^[0-9a-f]{64}$
   * @title 64 hexadecimal digits
   */
  readonly weightsSha256?: string;
  readonly dataChecksums: Readonly<Record<string, string>>;
  readonly provenance?: Provenance;
}

/** Table 2's pattern at a small scale: the same network under several schemes. */
export interface TrainabilityDocument {
  readonly kind: "trainability";
  readonly format?: DocumentFormat;
  /** @minItems 1 */
  readonly runs: readonly RunDocument[];
  readonly provenance?: Provenance;
}

/** What of a run does not go together. @internal */
export function inconsistencyOfRun(run: RunDocument): Complaint | undefined {
  const { profile, depth, steps, lossCurve, loss, outcome, bestTestAccuracy, bestTestStep } = run;
  if (loss.last === null && outcome !== "diverged") {
    return wrong("outcome", outcome, "diverged, where the last loss is not finite");
  }
  if ((bestTestAccuracy === undefined) !== (bestTestStep === undefined)) {
    const path = bestTestStep === undefined ? "bestTestStep" : "bestTestAccuracy";
    return { path, kind: "missing", allowed: "given" };
  }
  return (
    requireLengths({ lossCurve }, { count: steps, of: "steps" }) ??
    requireBlocks("profile.before", profile.before, depth) ??
    requireBlocks("profile.after", profile.after, depth)
  );
}

/** What of several runs does not go together. @internal */
export function inconsistencyOfTrainability({ runs }: TrainabilityDocument): Complaint | undefined {
  return inEntries("runs", runs, inconsistencyOfRun);
}
