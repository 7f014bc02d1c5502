import type { BlockScale } from "../network/block-scale.js";
import type { SampledNetwork } from "../network/sampled-network.js";
import type { ResidualScheme } from "../network/schemes/index.js";

/** A network as plain data, which threads can be sent: the functions of its scheme are tables by block. */
export interface PortableNetwork extends Omit<SampledNetwork, "scheme"> {
  readonly scheme: Omit<ResidualScheme, ScaleName>;
  readonly scales: Readonly<Partial<Record<ScaleName, Float64Array>>>;
}

const SCALES = ["skipScale", "branchScale", "survival"] as const;
type ScaleName = (typeof SCALES)[number];

/** The network as plain data. */
export function toPortable(network: SampledNetwork): PortableNetwork {
  const { depth, architecture } = network;
  const { skipScale, branchScale, survival, ...scheme } = network.scheme;
  const table = (scale: BlockScale) =>
    Float64Array.from({ length: depth }, (_, i) => scale(i + 1, depth, architecture?.blocks[i].place));
  return {
    ...network,
    scheme,
    scales: {
      skipScale: table(skipScale),
      branchScale: table(branchScale),
      ...(survival ? { survival: table(survival) } : {}),
    },
  };
}

/** The network that {@link toPortable} was given, as far as its own depth goes. */
export function fromPortable({ scales, ...network }: PortableNetwork): SampledNetwork {
  const functions = Object.entries(scales).map(([name, table]): [string, BlockScale] => [
    name,
    (block) => table[block - 1],
  ]);
  return { ...network, scheme: { ...network.scheme, ...Object.fromEntries(functions) } as ResidualScheme };
}
