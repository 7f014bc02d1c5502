import { InvalidArgumentError } from "./errors.js";

/** What the name `wrn-n-k` of a Wide-ResNet (Zagoruyko & Komodakis 2016) stands for. */
export interface WideResNetName {
  /** The name as it is written in results. */
  readonly name: string;
  /** n: weight layers, 6N + 4. */
  readonly layers: number;
  /** N. */
  readonly blocksPerStage: number;
  /** Channels after the first convolution. */
  readonly stemWidth: number;
  /** Channels of the three stages, 16k, 32k and 64k. */
  readonly widths: readonly [number, number, number];
}

const WRN = /^wrn-(\d+)-(\d+(?:\.\d+)?)$/i;
const LARGEST_LAYERS = 60_004;
const LARGEST_FACTOR = 64;

/**
 * Reads `wrn-n-k`: n = 6N + 4 weight layers and a width factor k, which may be a fraction as long as 16k is whole. The
 * first convolution has 16 channels, as published, or 16k if that is less.
 *
 * @param argument what the name was given as, for the message; "model" if absent.
 * @throws InvalidArgumentError for another form of name (naming the nearest one), an n that is not 6N + 4 (naming its
 * neighbours), or a k that gives fractional widths.
 * @example
 * ```ts
 * parseWideResNetName("wrn-100-0.5").widths; // [8, 16, 32]
 * ```
 */
export function parseWideResNetName(name: string, argument = "model"): WideResNetName {
  const match = WRN.exec(name.trim());
  if (!match)
    throw new InvalidArgumentError(
      argument,
      name,
      `of the form wrn-n-k (did you mean "${nearestWideResNet(name)}"?)`,
    );
  const layers = Number(match[1]);
  const factor = Number(match[2]);
  requireLayers(argument, name, layers);
  const width = 16 * factor;
  if (!(width >= 1 && factor <= LARGEST_FACTOR && Number.isInteger(width))) {
    throw new InvalidArgumentError(
      argument,
      name,
      `a Wide-ResNet whose width factor k makes 16k a whole number of channels (k at most ${LARGEST_FACTOR}), such as 0.5 or 2`,
    );
  }
  return {
    name: `wrn-${layers}-${factor}`,
    layers,
    blocksPerStage: (layers - 4) / 6,
    stemWidth: Math.min(16, width),
    widths: [width, 2 * width, 4 * width],
  };
}

function requireLayers(argument: string, name: string, layers: number): void {
  if (layers >= 10 && layers <= LARGEST_LAYERS && layers % 6 === 4) return;
  const bounded = Math.min(LARGEST_LAYERS, Math.max(10, layers));
  const below = bounded - ((bounded - 4) % 6);
  const near = below === bounded ? `${below}` : `${below} or ${below + 6}`;
  throw new InvalidArgumentError(
    argument,
    name,
    `a Wide-ResNet of n = 6N + 4 layers, 10 to ${LARGEST_LAYERS}; the nearest n is ${near}`,
  );
}

/** The name `wrn-n-k` that was probably meant: the first two numbers in it, else the smallest network of the paper. */
export function nearestWideResNet(name: string): string {
  const [layers, factor = "1"] = name.match(/\d+(\.\d+)?/g) ?? ["16"];
  const nearest = Math.max(10, Math.round((Number(layers) - 4) / 6) * 6 + 4);
  const isUsable = nearest <= LARGEST_LAYERS && Number.isInteger(16 * Number(factor)) && Number(factor) > 0;
  return isUsable ? `wrn-${nearest}-${factor}` : "wrn-16-1";
}
