import type * as tf from "@tensorflow/tfjs";
import { differentiable } from "../gradient/index.js";
import { nativeKernels } from "../native-kernels.js";
import { computed } from "../transfer.js";
import * as composed from "./composed/group-norm.js";
import * as native from "./native/group-norm.js";
import type { GroupNormOptions, GroupNormPass } from "./normalization.js";

/**
 * Group normalisation (Wu & He 2018): γ·x̂ + β, x̂ = (x − mean)/√(variance + 1e-5), γ and β by channel, mean and (biased)
 * variance over the channels of a group and the whole map of one image, as torch.nn.GroupNorm has it; then, where
 * `rectifies`, max(0, ·), which is not a number where its argument is −∞ or not a number.
 *
 * Keeps only x for its gradient. With M numbers a group and g the gradient behind the ReLU's mask,
 *
 *   dβ = Σ g,  dγ = Σ g·x̂,  dx = (γg − Σ γg/M − x̂·Σ γg·x̂/M)/√(variance + 1e-5),
 *
 * the last sums over the group.
 */
export function groupNorm(options: GroupNormOptions): tf.Tensor4D {
  const { x, gamma, beta } = options;
  let pass: GroupNormPass | undefined;
  return differentiable({
    inputs: [x, gamma, beta],
    forward: () => {
      pass = passOf(options);
      return pass.y;
    },
    saves: () => [x, gamma, beta],
    backward: (dy, saved) => {
      const { dx, byScale, byShift } = pass!.gradients(dy, saved);
      return [
        dx,
        computed(gamma.shape, [], (target) => target.set(byScale)),
        computed(beta.shape, [], (target) => target.set(byShift)),
      ];
    },
  });
}

function passOf(options: GroupNormOptions): GroupNormPass {
  const kernels = nativeKernels();
  // The kernels are those of batch normalisation, which a ReLU always follows.
  return kernels && options.rectifies ? native.groupNormRelu(kernels, options) : composed.groupNorm(options);
}
