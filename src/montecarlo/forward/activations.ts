import { stemLayer } from "../../network/plan/index.js";
import { tf } from "../../tensor/backend.js";
import { weightedSum } from "../../tensor/sampling/weighted-sum.js";
import { normalTensor } from "../layers/normal-tensor.js";
import { type BatchStatistics, tensorStatistics } from "../layers/statistics.js";
import { trialStream } from "../layers/trial-stream.js";
import { drawWeightLayer } from "../layers/weight-layer.js";
import type { TrialJob } from "../network/trial-plan.js";
import { type ComponentStack, mapComponents } from "./component-stack.js";

/** A network's state between two blocks. It owns its tensors, which stay when a tf.tidy around their making ends. */
export interface Activations {
  /** h [rows, features], divided by 2^exponent; what is frozen is frozen at it. */
  total: tf.Tensor2D;
  /** h split by path length, divided by the same; absent where no path is resolved. */
  stack: ComponentStack | undefined;
  exponent: number;
}

/** Beyond 2^±this the square root of the input's variance is a power of two beside the activations. */
const SCALED_BEYOND = 16;

/** What the first block of a network is given, not split by path length yet: the input layer's output times √s_0. */
export function inputActivations(job: TrialJob): Activations {
  const { inputVariance } = job.network.plan;
  const total = afterInputLayer(job);
  if (inputVariance === 1) return { total, stack: undefined, exponent: 0 };
  const power = Math.round(Math.log2(inputVariance) / 2);
  const exponent = Math.abs(power) > SCALED_BEYOND ? power : 0;
  const scaled = weightedSum(total, Math.sqrt(inputVariance) * 2 ** -exponent, total, 0);
  total.dispose();
  return { total: scaled, stack: undefined, exponent };
}

/** What the input layer makes of a batch, [rows, features]: LeCun weights, so that inputs of variance 1 keep it. */
function afterInputLayer(job: TrialJob): tf.Tensor2D {
  const { plan, batch } = job.network;
  const stem = stemLayer(plan);
  const layer = drawWeightLayer({ layer: stem, trial: job, block: 0, place: 0 });
  const shape: [number, number] = [batch * stem.size ** 2, stem.inputs];
  const inputs = job.inputs
    ? tf.tensor2d(job.inputs, shape)
    : normalTensor(shape, trialStream(job, "input"), 1);
  try {
    return layer.freeze(inputs).apply(inputs);
  } finally {
    layer.dispose();
    inputs.dispose();
  }
}

/** Divides the activations by a power of two when they are far from 1; returns the statistics of what they are then. */
export function rescaled(
  activations: Activations,
  beyond: number,
  withChannelVariance = true,
): BatchStatistics {
  const statistics = tensorStatistics(activations.total, withChannelVariance);
  const { secondMoment } = statistics;
  const isUsable = secondMoment > 0 && Number.isFinite(secondMoment);
  const shift = isUsable ? Math.round(Math.log2(secondMoment) / 2) : 0;
  if (Math.abs(shift) <= beyond) return statistics;
  const divided = (x: tf.Tensor2D) => weightedSum(x, 2 ** -shift, x, 0);
  const total = divided(activations.total);
  activations.total.dispose();
  activations.total = total;
  if (activations.stack) mapComponents(activations.stack, divided);
  activations.exponent += shift;
  return tensorStatistics(total, withChannelVariance);
}

/** Gives the tensors back. */
export function disposeActivations({ total, stack }: Activations): void {
  tf.dispose([total, ...(stack?.components ?? [])]);
}
