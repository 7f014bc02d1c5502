/** How all replicas of a network move along a step's gradients. */
export interface Update {
  readonly learningRate: number;
  /** What the gradients are multiplied with: less than 1 where they are clipped. */
  readonly gradientScale: number;
  /** ‖g‖ before clipping; absent where nothing is clipped, since it costs a pass over the gradients. */
  readonly gradientNorm?: number;
}

export interface UpdateOptions {
  /** The mean gradients of the batch, parameter by parameter or in one piece. */
  readonly gradients: () => Iterable<ArrayLike<number>>;
  readonly learningRate: number;
  readonly clipNorm?: number;
}

/** What PyTorch's clip_grad_norm_ adds to the norm, lest it divide by 0. */
const SLACK = 1e-6;

/** Clips by the global norm as PyTorch does: gradients are scaled by min(1, clipNorm/(‖g‖ + 10⁻⁶)), before the L2 term. */
export function planUpdate({ gradients, learningRate, clipNorm }: UpdateOptions): Update {
  if (clipNorm === undefined) return { learningRate, gradientScale: 1 };
  const gradientNorm = normOf(gradients());
  return { learningRate, gradientScale: Math.min(1, clipNorm / (gradientNorm + SLACK)), gradientNorm };
}

/** The sum in float64 and in the order of the parameters: the same to the last bit, in how many pieces they may come. */
function normOf(pieces: Iterable<ArrayLike<number>>): number {
  let sum = 0;
  for (const values of pieces) {
    for (let i = 0; i < values.length; i++) sum += values[i] * values[i];
  }
  return Math.sqrt(sum);
}
