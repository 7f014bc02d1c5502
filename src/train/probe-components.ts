import { tf } from "../tensor/index.js";
import { readNumbers } from "../tensor/transfer.js";
import type { Pass } from "./layers/index.js";
import type { FrozenBlock } from "./merge.js";
import type { Network } from "./network.js";

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
    return sharesOf(components, output);
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
  let components: tf.Tensor4D[] = [
    tf.tidy(() => tf.sub(output, stem.apply(tf.zeros([1, ...images.shape.slice(1)]), MEASURING))),
  ];
  for (const { freeze } of others.slice(0, -1)) {
    const entering = output;
    const carried = tf.tidy(() => {
      const block = freeze!(entering, MEASURING);
      return { output: block.output, components: advance(block, components, most) };
    });
    entering.dispose();
    ({ output, components } = carried);
  }
  return { components, output };
}

/** h^(k) ← skip(h^(k)) + branch(h^(k−1)), from the largest k on, so that a component that has been used can go. */
function advance(block: FrozenBlock, components: readonly tf.Tensor4D[], most: number): tf.Tensor4D[] {
  const after: tf.Tensor4D[] = [];
  for (let k = Math.min(components.length, most); k >= 0; k--) {
    after[k] = tf.tidy(() => {
      const isLumped = k === most && components.length > most;
      const throughBranch = isLumped ? tf.add(components[k - 1], components[k]) : components[k - 1];
      const skip = components[k] && block.skip(components[k]);
      const branch = throughBranch && block.branch(throughBranch as tf.Tensor4D);
      return (skip && branch ? tf.add(skip, branch) : tf.clone(skip ?? branch)) as tf.Tensor4D;
    });
    components[k]?.dispose();
  }
  return after;
}

/** Centring one factor of a covariance is enough. Sums are in float64. */
function sharesOf(components: readonly tf.Tensor4D[], output: tf.Tensor4D): Float64Array {
  const centred = new Float64Array(output.size);
  readNumbers([output], (values) => centred.set(values));
  const channels = output.shape[3];
  const means = new Float64Array(channels);
  for (let i = 0; i < centred.length; i++) means[i % channels] += centred[i];
  let variance = 0;
  for (let i = 0; i < centred.length; i++) {
    centred[i] -= means[i % channels] / (centred.length / channels);
    variance += centred[i] ** 2;
  }
  return Float64Array.from(components, (component) => {
    let covariance = 0;
    readNumbers([component], (values) => {
      for (let i = 0; i < centred.length; i++) covariance += values[i] * centred[i];
    });
    return covariance / variance;
  });
}
