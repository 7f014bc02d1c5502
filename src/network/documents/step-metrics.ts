import type { Count, DocumentFormat, Magnitude, Share } from "./numbers.js";

/** A line of `metrics.jsonl`: a step of a run (docs/training.md). */
export interface StepMetrics {
  readonly format?: DocumentFormat;
  /** From 1. */
  readonly step: Count;
  /** From 0, with fractions. */
  readonly epoch: Magnitude;
  /** Mean cross-entropy of the batch before the update, in nats; null where not finite. */
  readonly loss: Magnitude | null;
  readonly accuracy: Share;
  /** ‖g‖ before clipping, without the L2 term; null where not finite, absent where gradients are not clipped. */
  readonly gradientNorm?: Magnitude | null;
  readonly learningRate: Magnitude;
  /** Images of the batch by the seconds of the step, without tests and checkpoints. */
  readonly imagesPerSecond: Magnitude;
  /** Where the network was tested after the step: the fraction of test images that it classified correctly. */
  readonly testAccuracy?: Share;
  /** And their mean cross-entropy, in nats, without label smoothing; null where not finite. */
  readonly testLoss?: Magnitude | null;
}
