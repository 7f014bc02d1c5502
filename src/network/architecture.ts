import { InvalidArgumentError } from "./errors.js";
import type { SchemeName } from "./schemes/index.js";
import { type BlockShape, blocksOf, type Stack, type StemShape } from "./stack.js";
import { RESNET_50, wideResNetStack } from "./stacks.js";

/** A real network as plain data: the blocks of its stages, in order. */
export interface ResidualArchitecture {
  /** Such as `wrn-100-2`. */
  readonly name: string;
  /** As shown in titles. */
  readonly title: string;
  /**
   * What enters: `images`, as maps of three channels; `features`, images flattened to vectors, which go through the network as maps of
   * 1×1 with a channel for each number; `tokens`, of whose transformer only the branches are known.
   */
  readonly input: "images" | "features" | "tokens";
  /** The usual side of the images; 1 for tokens. */
  readonly imageSize: number;
  /** What lies before the first block. */
  readonly stem: StemShape;
  /** Residual branches d, two a layer in a transformer. */
  readonly depth: number;
  /** Those of a transformer have one weight layer each. */
  readonly blocks: readonly BlockShape[];
  /** The scheme that the name implies; a network without one can have any. */
  readonly scheme?: SchemeName;
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

const MOST_NAMED_LAYERS = 1_000_000;
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

/**
 * The architecture of a stack.
 *
 * @param options.title its name in capitals if absent.
 */
export function architectureOfStack(
  { name, imageSize, stem, stages }: Stack,
  options: Partial<Pick<ResidualArchitecture, "title" | "input" | "scheme">> = {},
): ResidualArchitecture {
  const blocks = blocksOf({ stem, stages });
  const title = name.toUpperCase();
  return { name, title, input: "images", ...options, imageSize, stem, depth: blocks.length, blocks };
}

function transformerOf(name: string, scheme: SchemeName, layers: number): ResidualArchitecture {
  if (!(layers >= 1 && layers <= MOST_NAMED_LAYERS)) {
    const allowed = `${scheme}- and a number of layers from 1 to ${MOST_NAMED_LAYERS}, such as ${scheme}-12`;
    throw new InvalidArgumentError("architecture", name, allowed);
  }
  const length = 2 * layers;
  return {
    name: `${scheme}-${layers}`,
    title: `transformer of ${layers} ${layers === 1 ? "layer" : "layers"}`,
    scheme,
    input: "tokens",
    imageSize: 1,
    stem: { kernel: 1, stride: 1, pooling: 1, width: 1 },
    depth: length,
    blocks: Array.from({ length }, (_, index) => ({
      block: index + 1,
      stage: 1,
      place: { index: index + 1, length },
      inputWidth: 1,
      width: 1,
      stride: 1,
      transition: false,
      layers: [{ kernel: 1, stride: 1, width: 1, inputWidth: 1 }],
    })),
  };
}
