import type { SampledNetwork } from "../../network/sampled-network.js";
import { atPower, type Field, type FieldLayer, type FieldState, rebased, scaled, sumOf } from "./field.js";
import type { NetworkBlock } from "./network-blocks.js";

/** One block on the way forward. */
export interface BlockPass {
  readonly input: FieldState;
  /** Both paths after their scales, in the power of the input; of a branch that may be dropped the expectation. */
  readonly skip: FieldState;
  readonly branch: FieldState;
  /** The weight layers of the branch, each with its normaliser and activation. */
  readonly layers: readonly FieldLayer[];
  /** What each of them is given, before its normaliser; the first is given the input. */
  readonly layerInputs: readonly FieldState[];
  /** The layer on the skip path of a transition block. */
  readonly projection?: FieldLayer;
  /** Their sum, before a normaliser in post-position. */
  readonly merged: FieldState;
}

/** What all weight layers of a network have in common. */
export type LayerChoices = Pick<SampledNetwork, "activation" | "gain" | "position" | "normalizer">;

/** The paper's nonlinear network, with He weights. */
export const BATCHNORM_RELU: LayerChoices = {
  activation: "relu",
  gain: 2,
  position: "pre",
  normalizer: "batch",
};

/** Goes through the blocks of a network, one by one. */
export function* networkPasses(
  network: LayerChoices,
  { field, blocks }: { readonly field: Field; readonly blocks: readonly NetworkBlock[] },
): Generator<BlockPass> {
  let x = field.start;
  for (const block of blocks) {
    const paths = throughBlock(field, network, { x, block });
    const merged = sumOf(paths.skip, paths.branch);
    yield { input: x, ...paths, merged };
    x = rebased(field.normalized(merged, network.position === "post" ? network.normalizer : "none"));
  }
}

function throughBlock(
  field: Field,
  network: LayerChoices,
  { x, block }: { readonly x: FieldState; readonly block: NetworkBlock },
): Omit<BlockPass, "input" | "merged"> {
  const { activation, gain, position, normalizer } = network;
  const first: Omit<FieldLayer, "kernel" | "stride"> = {
    activation,
    gain,
    normalizer: position === "pre" ? normalizer : "none",
    isStandardized: normalizer === "expected",
  };
  // `expected` divides what the block is given and nothing within the branch.
  const later = { ...first, normalizer: normalizer === "expected" ? ("none" as const) : first.normalizer };
  const layers = block.layers.map((geometry, index) => ({ ...(index === 0 ? first : later), ...geometry }));
  const layerInputs: FieldState[] = [];
  let z = x;
  for (const layer of layers) {
    layerInputs.push(z);
    z = field.layer(z, layer);
  }
  const stride = layers.reduce((product, layer) => product * layer.stride, 1);
  const projection = block.isTransition ? { ...first, kernel: 1, stride } : undefined;
  const skip = projection ? field.layer(x, projection) : x;
  return {
    skip: atPower(scaled(skip, block.skip2), x.power),
    branch: atPower(scaled(z, block.kept * block.branch2), x.power),
    layers,
    layerInputs,
    ...(projection ? { projection } : {}),
  };
}
