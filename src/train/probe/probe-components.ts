import {
  advance,
  type CarriedBlock,
  type ComponentStack,
  componentProducts,
  type LengthWindow,
} from "../../tensor/components/index.js";
import { tf } from "../../tensor/index.js";
import type { Pass } from "../network/layers/index.js";
import type { FrozenBlock } from "../network/merge.js";
import type { Network } from "../network/network.js";

export interface ComponentsOptions {
  readonly network: Network;
  /** NHWC, three channels. */
  readonly images: tf.Tensor4D;
  /** Path lengths that are kept apart: 0…most − 1; those of `most` and more are one component. */
  readonly most: number;
}

const MEASURING: Pass = { mode: "measure" };

/**
 * Splits what leaves the last block by the number k of residual branches traversed, and gives each component's share of the
 * variance, share_k = Cov(h^(k), h)/Var(h) for k = 0, 1, …: both summed over channels, a channel's sites being samples as its
 * images are (as src/montecarlo has it). What enters the first block is h^(0), but for the stem's bias: what it makes of images
 * of 0.
 *
 * With the gates of ReLUs and the statistics of normalisations held at their values for the batch a block is affine: component
 * k goes on along the skip path, and along the branch as a part of component k + 1. What the shares lack of 1 is the share of
 * biases, shifts and other constants, which are in h and in no component (and rounding).
 *
 * Memory: `most` + 4 activations of the largest block at most. Not a number where the signal is not finite.
 */
export function carryComponents({ network, images, most }: ComponentsOptions): Float64Array {
  const { components, output } = splitOutput({ network, images, most });
  try {
    const { products, whole } = componentProducts(components, output, true);
    return products.map((covariance) => covariance / whole);
  } finally {
    tf.dispose([...components, output]);
  }
}

/** h^(0), h^(1), … and h itself, behind the last block; the caller's to dispose of. */
export function splitOutput({ network, images, most }: ComponentsOptions): {
  readonly components: tf.Tensor4D[];
  readonly output: tf.Tensor4D;
} {
  const [stem, ...others] = network.pieces;
  let output = tf.tidy(() => stem.apply(images, MEASURING)) as tf.Tensor4D;
  const stack: ComponentStack<tf.Tensor4D> = {
    window: { low: 0, high: 0 },
    components: [
      tf.tidy(() => tf.sub(output, stem.apply(tf.zeros([1, ...images.shape.slice(1)]), MEASURING))),
    ],
  };
  for (const { freeze } of others.slice(0, -1)) {
    const entering = output;
    output = tf.tidy(() => {
      const block = freeze!(entering, MEASURING);
      advance(stack, carriedBlock(block, { low: 0, high: Math.min(stack.window.high + 1, most) }));
      return block.output;
    });
    entering.dispose();
  }
  return { components: stack.components, output };
}

/** The components of a block that is frozen: h^(k) ← skip(h^(k)) + branch(h^(k−1)). */
function carriedBlock(block: FrozenBlock, window: LengthWindow): CarriedBlock<tf.Tensor4D> {
  return {
    merge: (throughSkip, throughBranch) => {
      const skip = throughSkip && block.skip(throughSkip);
      const branch = throughBranch && block.branch(throughBranch);
      return (skip && branch ? tf.add(skip, branch) : tf.clone((skip ?? branch)!)) as tf.Tensor4D;
    },
    add: (a, b) => tf.add(a, b) as tf.Tensor4D,
    window,
  };
}
