import type { RemoteError } from "../../system/remote-error.js";
import type { BackendName } from "../../tensor/index.js";
import type { KernelChoice } from "../../tensor/kernels/index.js";
import type { Draw } from "../network/layers/index.js";
import type { TrainPlan } from "../plan/train-plan.js";
import type { Update } from "../step/clipping.js";

/** What a worker of a team starts from, as plain data. */
export interface TeamMember
  extends Pick<
    TrainPlan,
    "design" | "batch" | "exact" | "ghostBatch" | "imageSize" | "recipe" | "segment" | "seed"
  > {
  readonly classes: number;
  readonly backend: BackendName;
  /** The build that the first thread uses: another rounds differently. */
  readonly kernels: KernelChoice;
  readonly memory: TeamMemory;
  /** Which of the slots is this worker's. */
  readonly slot: number;
}

/** Memory that all threads of a team see. Messages say when to read it; none carries numbers of the network. */
export interface TeamMemory {
  /** The images of the batch, float32, and its labels, int32. */
  readonly images: SharedArrayBuffer;
  readonly labels: SharedArrayBuffer;
  /** For each thread the gradients and statistics of a ghost batch (GradientVector). */
  readonly slots: readonly SharedArrayBuffer[];
  /** For each thread the loss of that ghost batch and how many of its images were right, float64. */
  readonly outcomes: SharedArrayBuffer;
  /** The mean over the ghost batches (GradientVector). */
  readonly total: SharedArrayBuffer;
}

/**
 * What a worker is asked: a ghost batch's gradients into its slot, to move its weights and averages along the total, or to take
 * weights, velocities and averages from shared memory (shareState).
 */
export type TeamRequest =
  | { readonly kind: "gradients"; readonly ghost: number; readonly draw?: Draw }
  | { readonly kind: "update"; readonly update: Update }
  | { readonly kind: "take"; readonly state: SharedArrayBuffer };

/** What it says once it has started and after each ghost batch. */
export type TeamReply = { readonly kind: "done" } | { readonly kind: "failed"; readonly error: RemoteError };
