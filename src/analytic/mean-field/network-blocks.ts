import { InvalidArgumentError } from "../../network/errors.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { toNumber } from "../../network/scaled-number.js";
import type { ConvolutionShape } from "../../network/stack.js";
import { squaredScale } from "../moments.js";

/** What one residual block, i = 1…d, does to both paths. */
export interface NetworkBlock {
  /** β² and α². */
  readonly skip2: number;
  readonly branch2: number;
  /** The probability that the branch is kept. */
  readonly kept: number;
  /** The skip path goes through the first normaliser, activation and a weight layer of its own. */
  readonly isTransition: boolean;
  /** Equal blocks may share them. */
  readonly layers: readonly { readonly kernel: number; readonly stride: number }[];
}

/** Of a convolutional network that follows no architecture. */
const KERNEL = 3;

/** What the blocks of a network follow from. */
type BlockChoices = Pick<SampledNetwork, "scheme" | "depth" | "architecture" | "branchLayers"> & {
  readonly shape: Pick<SampledNetwork["shape"], "kind">;
};

/**
 * The blocks of a network.
 *
 * @throws InvalidArgumentError for a scale that is not a finite number at some block, or whose square float64 does not hold.
 */
export function networkBlocks(network: BlockChoices): NetworkBlock[] {
  const { scheme, depth, architecture } = network;
  let layers: NetworkBlock["layers"] = [];
  return Array.from({ length: depth }, (_, index) => {
    const i = index + 1;
    const shape = architecture?.blocks[index];
    const place = shape?.place;
    layers = layersOf(network, { convolutions: shape?.layers, before: layers });
    return {
      skip2: plainSquare(scheme.skipScale, { i, depth, place, argument: "skip" }),
      branch2: plainSquare(scheme.branchScale, { i, depth, place, argument: "alpha" }),
      kept: scheme.survival?.(i, depth, place) ?? 1,
      isTransition: shape?.transition ?? false,
      layers,
    };
  });
}

/** Fields over sites are kept in plain float64. */
function plainSquare(...[scale, at]: Parameters<typeof squaredScale>): number {
  const square = squaredScale(scale, at);
  const plain = toNumber(square);
  if (square.mantissa === 0 || (plain >= 1e-300 && plain <= 1e300)) return plain;
  const value = scale(at.i, at.depth, at.place);
  throw new InvalidArgumentError(at.argument, value, "0, or from 1e-150 to 1e150 in size, at every block");
}

/** The layers of a block, which are those of the block before it if they are equal. */
function layersOf(
  { branchLayers, shape }: BlockChoices,
  block: {
    readonly convolutions?: readonly ConvolutionShape[];
    readonly before: NetworkBlock["layers"];
  },
): NetworkBlock["layers"] {
  const { convolutions, before } = block;
  const isDense = shape.kind === "dense";
  const length = convolutions?.length ?? branchLayers;
  const kernelOf = (layer: number) => (isDense ? 1 : (convolutions?.[layer].kernel ?? KERNEL));
  const strideOf = (layer: number) => (isDense ? 1 : (convolutions?.[layer].stride ?? 1));
  const isEqual = (one: (typeof before)[number], layer: number) =>
    one.kernel === kernelOf(layer) && one.stride === strideOf(layer);
  if (before.length === length && before.every(isEqual)) return before;
  return Array.from({ length }, (_, layer) => ({ kernel: kernelOf(layer), stride: strideOf(layer) }));
}

/** The layer that images go through first; pooling after it only sets the size of the maps. */
export function stemOf({ architecture }: Pick<SampledNetwork, "architecture">): {
  readonly kernel: number;
  readonly stride: number;
} {
  if (architecture?.input !== "images") return { kernel: KERNEL, stride: 1 };
  const { kernel, stride, pooling } = architecture.stem;
  return { kernel, stride: stride * pooling };
}
