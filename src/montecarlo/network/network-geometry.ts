import type { ResidualArchitecture } from "../../network/architecture.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { architectureGeometry, type Geometry, uniformGeometry } from "../../network/plan/index.js";
import type { NetworkShape, SampledNetwork } from "../../network/sampled-network.js";

type Shaped = Pick<SampledNetwork, "architecture" | "branchLayers" | "depth" | "shape">;

/**
 * The layers of a network: `depth` equal blocks, or those of the architecture with its widths in proportion, the first block's
 * output having the network's width. The stem has that width too, whatever the architecture's. Dense networks take the number
 * and the widths of an architecture's layers and leave its kernels and strides; pooling after the stem is a stride.
 *
 * @throws InvalidArgumentError for a width of which the architecture's proportions are no whole numbers, or a
 * convolutional network of an architecture without convolutions.
 */
export function sampledGeometry(network: Shaped): Geometry {
  const { architecture, branchLayers: layers, depth, shape } = network;
  const { kind } = shape;
  const { width, inputs, size } = sizesOf(shape);
  if (!architecture) return uniformGeometry({ kind, depth, layers, width, inputs, size });
  if (kind === "convolution" && architecture.input !== "images") {
    throw new InvalidArgumentError(
      "architecture",
      architecture.name,
      "a convolutional network, such as wrn-16-4",
    );
  }
  const scaled = proportion(network, architecture);
  return architectureGeometry({ kind, architecture, inputs, size, scaled, stemWidth: width });
}

/** Features after the first block: the width of a dense network, the channels of a convolutional one. */
export function networkWidth({ shape }: Pick<SampledNetwork, "shape">): number {
  return sizesOf(shape).width;
}

/** What the user knows {@link networkWidth} as. */
export function widthName({ shape }: Pick<SampledNetwork, "shape">): "width" | "channels" {
  return sizesOf(shape).widthName;
}

/** A shape's sizes by the names that plans have for them; features are maps of one site. */
function sizesOf(shape: NetworkShape) {
  switch (shape.kind) {
    case "dense":
      return { width: shape.width, widthName: "width", inputs: shape.inputDimension, size: 1 } as const;
    case "convolution":
      return {
        width: shape.channels,
        widthName: "channels",
        inputs: shape.imageChannels,
        size: shape.size,
      } as const;
  }
}

function proportion(network: Shaped, architecture: ResidualArchitecture): (width: number) => number {
  const width = networkWidth(network);
  const base = architecture.blocks[0].layers.at(-1)?.width ?? 1;
  const widths = architecture.blocks.flatMap(({ layers }) => layers.map((layer) => layer.width));
  // The least common multiple of the denominators of width/base.
  const step = widths.reduce((multiple, one) => {
    const denominator = base / greatestCommonDivisor(base, one);
    return (multiple * denominator) / greatestCommonDivisor(multiple, denominator);
  }, 1);
  if (width % step !== 0) {
    const nearest = Math.max(1, Math.round(width / step)) * step;
    throw new InvalidArgumentError(
      widthName(network),
      width,
      `a multiple of ${step} for ${architecture.name}, such as ${nearest}`,
    );
  }
  return (one) => (width * one) / base;
}

/** Of two whole numbers; 0 is divided by every one. */
export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
