import { architectureOfStack } from "../../../network/architecture.js";
import { check } from "../../../network/checks/compiled/stack.js";
import { type Complaint, complaintOf } from "../../../network/checks/complaint.js";
import { DataError, InvalidArgumentError } from "../../../network/errors.js";
import { newerFormat } from "../../../network/format.js";
import { CIFAR_SIDE } from "../../../network/limits.js";
import type { ConvolutionShape, StageShape, StemShape } from "../../../network/stack.js";
import type { Architecture } from "../architecture.js";
import {
  inconsistencyOfStack,
  type StackDescription,
  type StageDescription,
  type StemDescription,
} from "./stack-description.js";

type Input = Architecture["input"];

export interface StackOptions {
  /** What the description was read from, for messages; "model" if absent. */
  readonly source?: string;
}

/**
 * The architecture of a description, which is checked as if it came from a file.
 *
 * @throws InvalidArgumentError naming the field by its path, such as `stages[1].width`, and what it may be; DataError for a
 * newer format.
 * @example
 * ```ts
 * const { blocks } = parseModel({
 *   name: "bottlenecks",
 *   stem: { width: 16 },
 *   stages: [{ blocks: 2, width: 64, layers: [{ kernel: 1, width: 16 }, { width: 16 }, { kernel: 1 }] }],
 * });
 * blocks[1].layers[0].inputWidth; // 64
 * ```
 */
export function stackArchitecture(
  description: StackDescription,
  { source = "model" }: StackOptions = {},
): Architecture {
  const newer = newerFormat(description);
  if (newer) throw new DataError(`${source} ${newer}`);
  const complaint = complaintOf(check, description) ?? inconsistencyOfStack(description);
  if (complaint) throw errorOf(complaint, source);
  const { name, input = "images", activation = "relu", imageSize = CIFAR_SIDE } = description;
  const stem = stemOf(description.stem, input);
  const stages = description.stages.map((stage) => stageOf(stage, input));
  return { ...architectureOfStack({ name, imageSize, stem, stages }), input, activation, description };
}

function errorOf({ path, kind, value, allowed }: Complaint, source: string): InvalidArgumentError {
  const place = path === "" ? source : `${source}: ${path}`;
  return new InvalidArgumentError(kind === "unknown" ? `a field of ${place}` : place, value, allowed);
}

function stemOf({ kernel, stride = 1, pooling = 1, width }: StemDescription, input: Input): StemShape {
  return { kernel: kernel ?? usualKernel(input), stride, pooling, width };
}

function stageOf({ blocks, width, stride, layers: listed }: StageDescription, input: Input): StageShape {
  const given = listed ?? (input === "features" ? [{}] : [{}, {}]);
  const layers = given.map(
    (layer): ConvolutionShape => ({
      kernel: layer.kernel ?? usualKernel(input),
      stride: layer.stride ?? 1,
      width: layer.width ?? width,
    }),
  );
  if (stride === undefined) return { blocks, layers };
  const taker = Math.max(
    0,
    layers.findIndex(({ kernel }) => kernel > 1),
  );
  return { blocks, layers: layers.map((layer, index) => (index === taker ? { ...layer, stride } : layer)) };
}

function usualKernel(input: Input): number {
  return input === "features" ? 1 : 3;
}
