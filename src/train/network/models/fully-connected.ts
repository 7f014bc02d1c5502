import { InvalidArgumentError } from "../../../network/errors.js";
import { CIFAR_SIDE, MOST_FEATURES } from "../../../network/limits.js";
import type { Stack } from "../../../network/stack.js";
import { MOST_TRAINED_BLOCKS, MOST_TRAINED_LAYERS } from "./stack-description.js";

const NAME = /^fc-(\d+)-(\d+)(?:-(\d+))?$/i;

/**
 * The stack of a name `fc-d-w` or `fc-d-w-m`, a fully connected residual network (De & Smith 2020, Fig 4a): a first dense
 * layer to w features, and d blocks of m dense layers, 1 if absent.
 *
 * @throws InvalidArgumentError for another form of name, or numbers that are too large.
 */
export function fullyConnectedStack(name: string): Stack {
  const match = NAME.exec(name.trim());
  const [blocks, width, layers] = [match?.[1], match?.[2], match?.[3] ?? "1"].map(Number);
  const isWithin = (value: number, most: number) => value >= 1 && value <= most;
  if (
    !(
      isWithin(blocks, MOST_TRAINED_BLOCKS) &&
      isWithin(width, MOST_FEATURES) &&
      isWithin(layers, MOST_TRAINED_LAYERS)
    )
  ) {
    throw new InvalidArgumentError(
      "model",
      name,
      `of the form fc-d-w or fc-d-w-m: d blocks, 1 to ${MOST_TRAINED_BLOCKS}, of m dense layers, 1 to ${MOST_TRAINED_LAYERS}, with w features, 1 to ${MOST_FEATURES}, such as fc-20-64`,
    );
  }
  return {
    name: `fc-${blocks}-${width}${layers > 1 ? `-${layers}` : ""}`,
    imageSize: CIFAR_SIDE,
    stem: { kernel: 1, stride: 1, pooling: 1, width },
    stages: [{ blocks, layers: Array.from({ length: layers }, () => ({ kernel: 1, stride: 1, width })) }],
  };
}
