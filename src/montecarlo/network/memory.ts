import { totalmem } from "node:os";
import { InvalidArgumentError } from "../../network/errors.js";
import {
  distinctLayers,
  type LayerShape,
  type NetworkPlan,
  numbersGiven,
  numbersReturned,
  takesFeatures,
  weightsOf,
} from "../../network/plan/index.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { networkWidth, widthName } from "./network-geometry.js";

/** The most that one weight matrix or one stack of components may take: a quarter of what a WebAssembly heap can have. */
const MOST_BYTES = 2 ** 30;
const BYTES_PER_NUMBER = 4;

export interface MemoryOptions {
  /** Path lengths that are kept apart; 1 if absent, as without path resolution. */
  readonly components?: number;
  /** Bytes of memory that the machine has; those of this one if absent. */
  readonly machineBytes?: number;
}

/**
 * Throws {@link InvalidArgumentError} for a network of which a weight matrix, the inputs, or the activations of a layer
 * times the number of components take more than 1 GB or than the machine has, naming the largest width, batch or
 * input dimension that would work. Of an infinite batch, which is never drawn, the weight matrix alone counts.
 */
export function requireMemory(network: Sized, options: MemoryOptions = {}): void {
  const limit = Math.min(MOST_BYTES, options.machineBytes ?? totalmem());
  requireWeights(network, limit);
  if (network.batch === Number.POSITIVE_INFINITY) return;
  requireActivations(network, limit, options.components);
  requireInputs(network, limit);
}

type Sized = Pick<SampledNetwork, "shape" | "batch" | "plan">;

function requireWeights(network: Sized, limit: number): void {
  const bytes = mostBytes(network.plan, weightsOf);
  if (bytes <= limit) return;
  const width = networkWidth(network);
  // A weight matrix grows with the square of the width.
  const most = Math.floor(width * Math.sqrt(limit / bytes));
  throw tooLarge({ argument: widthName(network), value: width, most, bytes, what: "one weight matrix" });
}

function requireActivations(network: Sized, limit: number, components = 1): void {
  const { plan, batch } = network;
  const most = mostBytes(plan, activationsOf);
  const bytes = most * components * batch;
  if (bytes <= limit) return;
  const what = components > 1 ? `${components} components of a batch` : "the activations of a batch";
  const largest = Math.floor(limit / (most * components));
  // BatchNorm needs two inputs.
  if (largest >= 2) throw tooLarge({ argument: "batch", value: batch, most: largest, bytes, what });
  const width = networkWidth(network);
  const narrower = Math.max(1, Math.floor((width * limit) / bytes));
  throw tooLarge({ argument: widthName(network), value: width, most: narrower, bytes, what });
}

/** The inputs of a dense network and the weights that they meet; those of images are small beside the activations. */
function requireInputs({ plan, batch }: Sized, limit: number): void {
  if (!takesFeatures(plan.stem)) return;
  const { inputs, outputs } = plan.stem.layer;
  const bytesEach = Math.max(outputs, batch) * BYTES_PER_NUMBER;
  const bytes = inputs * bytesEach;
  if (bytes <= limit) return;
  const most = Math.floor(limit / bytesEach);
  throw tooLarge({ argument: "inputDimension", value: inputs, most, bytes, what: "the input layer" });
}

interface TooLarge {
  readonly argument: string;
  readonly value: number;
  readonly most: number;
  readonly bytes: number;
  readonly what: string;
}

function tooLarge({ argument, value, most, bytes, what }: TooLarge): InvalidArgumentError {
  const gigabytes = (bytes / 2 ** 30).toPrecision(3);
  return new InvalidArgumentError(
    argument,
    value,
    `at most ${most} at this size of network (${what} would take ${gigabytes} GB)`,
  );
}

function mostBytes(plan: NetworkPlan, numbersOf: (layer: LayerShape) => number): number {
  return distinctLayers(plan).reduce((most, layer) => Math.max(most, numbersOf(layer)), 0) * BYTES_PER_NUMBER;
}

/** Numbers of one input that a layer is given or returns, whichever are more. */
function activationsOf(layer: LayerShape): number {
  return Math.max(numbersGiven(layer), numbersReturned(layer));
}
