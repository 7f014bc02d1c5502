import { InvalidArgumentError } from "./errors.js";
import type { SchemeName, StagePlace } from "./scheme.js";
import { parseWideResNetName } from "./wide-resnet-name.js";

/** A convolution of a residual branch: its kernel's side, its stride, and the channels it gives. */
export interface ConvolutionShape {
  readonly kernel: number;
  readonly stride: number;
  readonly width: number;
}

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
export interface Stem {
  readonly kernel: number;
  readonly stride: number;
  readonly pooling: number;
}

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
  if (given === "resnet-50-v2") return resnet50({ name: given, title: "ResNet-50-V2" });
  if (given === "nf-resnet-50") return resnet50({ name: given, title: "NF-ResNet-50", scheme: "nfnet" });
  const transformer = TRANSFORMER.exec(given);
  if (transformer) return transformerOf(name, transformer[1] as SchemeName, Number(transformer[2]));
  if (/^w(ide)?-?r(es)?-?n/.test(given)) return wideResNet(given);
  throw new InvalidArgumentError("architecture", name, `one of ${ARCHITECTURE_NAMES.join(", ")}`);
}

function wideResNet(name: string): ResidualArchitecture {
  const { name: written, blocksPerStage, stemWidth, widths } = parseWideResNetName(name, "architecture");
  let entering = stemWidth;
  const stages = widths.map((width, index) => {
    const stride = index === 0 ? 1 : 2;
    const transition = stride > 1 || width !== entering;
    entering = width;
    const block = (first: boolean) => [
      { kernel: 3, stride: first ? stride : 1, width },
      { kernel: 3, stride: 1, width },
    ];
    return { length: blocksPerStage, transition, block };
  });
  return assemble({
    name: written,
    title: written.toUpperCase(),
    stages,
    images: { size: 32, stem: { kernel: 3, stride: 1, pooling: 1 } },
  });
}

/** Bottlenecks of 1×1, 3×3 and 1×1 convolutions in stages of 3, 4, 6 and 3 blocks, the stride in the 3×3. */
function resnet50(of: Pick<ResidualArchitecture, "name" | "title" | "scheme">): ResidualArchitecture {
  const stages = [3, 4, 6, 3].map((length, index) => {
    const width = 64 * 2 ** index;
    const stride = index === 0 ? 1 : 2;
    const block = (first: boolean) => [
      { kernel: 1, stride: 1, width },
      { kernel: 3, stride: first ? stride : 1, width },
      { kernel: 1, stride: 1, width: 4 * width },
    ];
    return { length, transition: true, block };
  });
  return assemble({
    ...of,
    stages,
    images: { size: 224, stem: { kernel: 7, stride: 2, pooling: 2 } },
  });
}

function transformerOf(name: string, scheme: SchemeName, layers: number): ResidualArchitecture {
  if (!(layers >= 1 && layers <= MOST_LAYERS)) {
    const allowed = `${scheme}- and a number of layers from 1 to ${MOST_LAYERS}, such as ${scheme}-12`;
    throw new InvalidArgumentError("architecture", name, allowed);
  }
  const block = () => [{ kernel: 1, stride: 1, width: 1 }];
  return assemble({
    name: `${scheme}-${layers}`,
    title: `transformer of ${layers} ${layers === 1 ? "layer" : "layers"}`,
    scheme,
    stages: [{ length: 2 * layers, transition: false, block }],
  });
}

interface StagePlan {
  readonly length: number;
  readonly transition: boolean;
  readonly block: (isFirst: boolean) => readonly ConvolutionShape[];
}

function assemble(
  plan: Omit<ResidualArchitecture, "depth" | "blocks"> & { readonly stages: readonly StagePlan[] },
): ResidualArchitecture {
  const { stages, ...rest } = plan;
  const blocks: ArchitectureBlock[] = [];
  for (const [index, { length, transition, block }] of stages.entries()) {
    for (let j = 1; j <= length; j++) {
      blocks.push({
        block: blocks.length + 1,
        stage: index + 1,
        place: { index: j, length },
        transition: transition && j === 1,
        convolutions: block(j === 1),
      });
    }
  }
  return { ...rest, depth: blocks.length, blocks };
}
