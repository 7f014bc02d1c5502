/** One line of `metrics.jsonl`. */
export interface StepMetrics {
  /** From 1. */
  readonly step: number;
  /** From 0, with fractions. */
  readonly epoch: number;
  /** Mean cross-entropy of the batch before the update, in nats; null where not finite. */
  readonly loss: number | null;
  readonly accuracy: number;
  /** ‖g‖ before clipping, without the L2 term; null where not finite, absent where gradients are not clipped. */
  readonly gradientNorm?: number | null;
  readonly learningRate: number;
  /** Images of the batch by the seconds of the step, without tests and checkpoints. */
  readonly imagesPerSecond: number;
  /** Where the network was tested after the step: the fraction of test images that it classified correctly. */
  readonly testAccuracy?: number;
  /** And their mean cross-entropy, in nats, without label smoothing; null where not finite. */
  readonly testLoss?: number | null;
}
