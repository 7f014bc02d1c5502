import type { StagePlace } from "./block-scale.js";
import { InvalidArgumentError } from "./errors.js";
import type { SchemeName } from "./schemes/index.js";
import { type BlockShape, blocksOf, type ConvolutionShape, type Stack, type StemShape } from "./stack.js";
import { RESNET_50, wideResNetStack } from "./stacks.js";

/** A residual block, i = 1…d. */
export interface ArchitectureBlock {
  /** i, counted over all stages. */
  readonly block: number;
  /** 1, 2, … */
  readonly stage: number;
  /** j and n: which of the blocks of its stage it is. */
  readonly place: StagePlace;
  /**
   * The shape changes, so that the skip path is a 1×1 convolution of the block's first activation: with a normaliser
   * there, the variance starts anew (docs/schemes.md).
   */
  readonly transition: boolean;
  /** The weight layers of the branch; of a transformer's, one each. */
  readonly convolutions: readonly ConvolutionShape[];
}

/** A real network as plain data: the blocks of its stages, in order. */
export interface ResidualArchitecture {
  /** Such as `wrn-100-2`. */
  readonly name: string;
  /** As shown in titles. */
  readonly title: string;
  /** Residual branches d, two a layer in a transformer. */
  readonly depth: number;
  readonly blocks: readonly ArchitectureBlock[];
  /** The scheme that the name implies; a network without one can have any. */
  readonly scheme?: SchemeName;
  /** Convolutional networks: the usual side of the images, and what lies before the first block. */
  readonly images?: { readonly size: number; readonly stem: Stem };
}

/** The first convolution, and the pooling after it as a stride. */
export type Stem = Omit<StemShape, "width">;

/** The forms of name that {@link parseArchitecture} knows. */
export const ARCHITECTURE_NAMES = [
  "wrn-n-k",
  "resnet-50-v2",
  "nf-resnet-50",
  "pre-ln-L",
  "post-ln-L",
  "deepnorm-N",
] as const;

const MOST_LAYERS = 1_000_000;
const TRANSFORMER = /^(pre-ln|post-ln|deepnorm)-(\d+)$/i;

/**
 * The architecture of a name: `wrn-n-k` (n = 6N + 4), `resnet-50-v2`, `nf-resnet-50`, or a transformer of L layers of
 * two branches each, `pre-ln-L`, `post-ln-L`, `deepnorm-N`.
 *
 * @throws InvalidArgumentError for another name, naming those there are; for an n that is not 6N + 4, its neighbours.
 * @example
 * ```ts
 * parseArchitecture("wrn-100-2").depth; // 48
 * parseArchitecture("pre-ln-12").depth; // 24
 * ```
 */
export function parseArchitecture(name: string): ResidualArchitecture {
  const given = name.trim().toLowerCase();
  if (given === "resnet-50-v2") return architectureOfStack(RESNET_50, { title: "ResNet-50-V2" });
  if (given === "nf-resnet-50") {
    return architectureOfStack({ ...RESNET_50, name: given }, { title: "NF-ResNet-50", scheme: "nfnet" });
  }
  const transformer = TRANSFORMER.exec(given);
  if (transformer) return transformerOf(name, transformer[1] as SchemeName, Number(transformer[2]));
  if (/^w(ide)?-?r(es)?-?n/.test(given)) return architectureOfStack(wideResNetStack(given, "architecture"));
  throw new InvalidArgumentError("architecture", name, `one of ${ARCHITECTURE_NAMES.join(", ")}`);
}

/** The shape of a network whose blocks are known, as the trainer has it. */
export interface ShapedNetwork extends Pick<Stack, "name" | "imageSize"> {
  /** `features`: no images, but vectors that go through dense layers; `images` if absent. */
  readonly input?: "images" | "features";
  readonly stem: StemShape;
  readonly blocks: readonly BlockShape[];
}

/**
 * The architecture of a network whose shape is known, such as one that is trained, for predictions about it.
 *
 * @param options.title its name in capitals if absent.
 * @example
 * ```ts
 * residualArchitectureOf(parseModel("fc-20-64")).depth; // 20
 * ```
 */
export function residualArchitectureOf(
  { name, imageSize, input = "images", stem, blocks }: ShapedNetwork,
  options: Partial<Pick<ResidualArchitecture, "title" | "scheme">> = {},
): ResidualArchitecture {
  const { kernel, stride, pooling } = stem;
  return {
    name,
    title: name.toUpperCase(),
    ...options,
    ...(input === "images" ? { images: { size: imageSize, stem: { kernel, stride, pooling } } } : {}),
    depth: blocks.length,
    blocks: blocks.map(({ block, stage, place, transition, layers }) => ({
      block,
      stage,
      place,
      transition,
      convolutions: layers.map(({ kernel, stride, width }) => ({ kernel, stride, width })),
    })),
  };
}

function architectureOfStack(stack: Stack, options?: Parameters<typeof residualArchitectureOf>[1]) {
  return residualArchitectureOf({ ...stack, blocks: blocksOf(stack) }, options);
}

function transformerOf(name: string, scheme: SchemeName, layers: number): ResidualArchitecture {
  if (!(layers >= 1 && layers <= MOST_LAYERS)) {
    const allowed = `${scheme}- and a number of layers from 1 to ${MOST_LAYERS}, such as ${scheme}-12`;
    throw new InvalidArgumentError("architecture", name, allowed);
  }
  const length = 2 * layers;
  return {
    name: `${scheme}-${layers}`,
    title: `transformer of ${layers} ${layers === 1 ? "layer" : "layers"}`,
    scheme,
    depth: length,
    blocks: Array.from({ length }, (_, index) => ({
      block: index + 1,
      stage: 1,
      place: { index: index + 1, length },
      transition: false,
      convolutions: [{ kernel: 1, stride: 1, width: 1 }],
    })),
  };
}
