import type { ResidualArchitecture } from "../network/architecture.js";
import type { StagePlace } from "../network/block-scale.js";
import { InvalidArgumentError } from "../network/errors.js";
import type { SampledNetwork } from "../network/sampled-network.js";
import type { BlockShape } from "../network/stack.js";

/** The shape of one linear map, before its weights are drawn. A dense layer is a 1×1 convolution of maps of one site. */
export interface LayerShape {
  /** Features of its input and of its output. */
  readonly inputs: number;
  readonly outputs: number;
  /** Side of the kernel, odd, with (kernel − 1)/2 zeros on every side; and its stride. */
  readonly kernel: number;
  readonly stride: number;
  /** Side of the maps it is given; it returns maps of side ⌈size/stride⌉. */
  readonly size: number;
}

/** What a residual block i = 1…d is made of. */
export interface BlockPlan {
  readonly block: number;
  /** Where it stands in its stage; absent in a uniform stack. */
  readonly place?: StagePlace;
  /** The weight layers of the branch, in order. */
  readonly layers: readonly LayerShape[];
  /** A transition block's weight layer on the skip path, behind the first normaliser and activation. */
  readonly projection?: LayerShape;
}

export interface NetworkPlan {
  /** What the inputs go through before the first block; LeCun weights. */
  readonly stem: LayerShape;
  readonly blocks: readonly BlockPlan[];
}

/** The kernel of a convolutional network that follows no architecture. */
const KERNEL = 3;

/**
 * The linear maps of a network, block by block: `depth` equal ones, or those of the architecture with its widths in
 * proportion, the first block's output having the network's width. The stem has that width too, whatever the
 * architecture's. Dense networks take the number and the widths of an architecture's layers and leave its kernels and
 * strides; pooling after the stem is a stride, as in `predictStageMoments` (src/analytic).
 *
 * @throws InvalidArgumentError for a width of which the architecture's proportions are no whole numbers, or a
 * convolutional network of an architecture without convolutions.
 */
export function planNetwork(network: SampledNetwork): NetworkPlan {
  const { architecture } = network;
  return architecture ? planArchitecture(network, architecture) : planUniform(network);
}

/** Features after the first block: the width of a dense network, the channels of a convolutional one. */
export function widthOf({ shape }: Pick<SampledNetwork, "shape">): number {
  return shape.kind === "dense" ? shape.width : shape.channels;
}

/** What the user knows {@link widthOf} as. */
export function widthName({ shape }: Pick<SampledNetwork, "shape">): "width" | "channels" {
  return shape.kind === "dense" ? "width" : "channels";
}

/** The weight layers of all blocks, projections included; of the equal ones of a uniform stack one. */
export function distinctLayers({ blocks }: NetworkPlan): LayerShape[] {
  const layers = blocks.flatMap(({ layers, projection }) => (projection ? [...layers, projection] : layers));
  return [...new Set(layers)];
}

function planUniform(network: SampledNetwork): NetworkPlan {
  const { branchLayers, depth, shape } = network;
  const width = widthOf(network);
  const isDense = shape.kind === "dense";
  const layer = {
    inputs: width,
    outputs: width,
    kernel: isDense ? 1 : KERNEL,
    stride: 1,
    size: sizeOf(network),
  };
  const layers = new Array<LayerShape>(branchLayers).fill(layer);
  const stem = { ...layer, inputs: inputsOf(network) };
  return { stem, blocks: Array.from({ length: depth }, (_, index) => ({ block: index + 1, layers })) };
}

function planArchitecture(network: SampledNetwork, architecture: ResidualArchitecture): NetworkPlan {
  const isDense = network.shape.kind === "dense";
  if (!isDense && architecture.input !== "images") {
    throw new InvalidArgumentError(
      "architecture",
      architecture.name,
      "a convolutional network, such as wrn-16-4",
    );
  }
  const scaled = proportion(network, architecture);
  const width = widthOf(network);
  const stem = {
    inputs: inputsOf(network),
    outputs: width,
    kernel: isDense ? 1 : architecture.stem.kernel,
    stride: isDense ? 1 : architecture.stem.stride * architecture.stem.pooling,
    size: sizeOf(network),
  };
  let entering = { width, size: outputSize(stem) };
  const blocks = architecture.blocks.map((block) => {
    const plan = planBlock(block, { ...entering, isDense, scaled });
    const last = plan.layers[plan.layers.length - 1];
    entering = { width: last.outputs, size: outputSize(last) };
    return plan;
  });
  return { stem, blocks };
}

interface Entering {
  readonly width: number;
  readonly size: number;
  readonly isDense: boolean;
  /** An architecture's width as this network's. */
  readonly scaled: (width: number) => number;
}

function planBlock(block: BlockShape, entering: Entering): BlockPlan {
  const { isDense, scaled } = entering;
  let { width: inputs, size } = entering;
  const layers = block.layers.map((convolution): LayerShape => {
    const [kernel, stride] = isDense ? [1, 1] : [convolution.kernel, convolution.stride];
    const layer = { inputs, outputs: scaled(convolution.width), kernel, stride, size };
    inputs = layer.outputs;
    size = outputSize(layer);
    return layer;
  });
  const plan = { block: block.block, place: block.place, layers };
  if (!block.transition) return plan;
  const stride = layers.reduce((product, layer) => product * layer.stride, 1);
  const projection = { inputs: entering.width, outputs: inputs, kernel: 1, stride, size: entering.size };
  return { ...plan, projection };
}

/** Side of the maps that a layer returns. */
export function outputSize({ size, stride }: LayerShape): number {
  return Math.ceil(size / stride);
}

function proportion(network: SampledNetwork, architecture: ResidualArchitecture): (width: number) => number {
  const width = widthOf(network);
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

function inputsOf({ shape }: SampledNetwork): number {
  return shape.kind === "dense" ? shape.inputDimension : shape.imageChannels;
}

function sizeOf({ shape }: SampledNetwork): number {
  return shape.kind === "dense" ? 1 : shape.size;
}
