import type { NormalizerName } from "../../network/normalizers.js";
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
export type LayerChoices = Pick<
  SampledNetwork,
  "activation" | "gain" | "position" | "normalizer" | "inputVariance"
>;

/** The paper's nonlinear network, with He weights. */
export const BATCHNORM_RELU: LayerChoices = {
  activation: "relu",
  gain: 2,
  position: "pre",
  normalizer: "batch",
};

/** What one residual block computes: `skip2` and `branch2` are the squares of its scales. */
export interface BlockPlan {
  readonly skip2: number;
  readonly branch2: number;
  /** The weight layers of the branch, each with its normaliser and activation. */
  readonly layers: readonly FieldLayer[];
  /** The layer on the skip path of a transition block. */
  readonly projection?: FieldLayer;
  /** What normalises the branch after its last weights; nothing if absent. */
  readonly ending?: NormalizerName;
  /** What normalises the sum; nothing if absent. */
  readonly merging?: NormalizerName;
  /** Features that `ending` or `merging` takes its statistics of at once, as in {@link FieldLayer}. */
  readonly features?: number;
}

/** Goes through the blocks of a network, one by one. */
export function networkPasses(
  network: LayerChoices,
  { field, blocks }: { readonly field: Field; readonly blocks: readonly NetworkBlock[] },
): Generator<BlockPass> {
  const { inputVariance = 1 } = network;
  return plannedPasses(
    { ...field, start: rebased(scaled(field.start, inputVariance)) },
    blocks.map((block) => planOf(network, block)),
  );
}

/** Goes through planned blocks, one by one. */
export function* plannedPasses(field: Field, plans: readonly BlockPlan[]): Generator<BlockPass> {
  let x = field.start;
  for (const plan of plans) {
    const paths = throughBlock(field, x, plan);
    const merged = sumOf(paths.skip, paths.branch);
    yield { input: x, ...paths, merged };
    x = rebased(field.normalized(merged, plan.merging ?? "none", plan.features));
  }
}

function throughBlock(field: Field, x: FieldState, plan: BlockPlan): Omit<BlockPass, "input" | "merged"> {
  const { layers, projection, skip2, branch2, ending = "none" } = plan;
  const layerInputs: FieldState[] = [];
  let z = x;
  for (const layer of layers) {
    layerInputs.push(z);
    z = field.layer(z, layer);
  }
  const skip = projection ? field.layer(x, projection) : x;
  return {
    skip: atPower(scaled(skip, skip2), x.power),
    branch: atPower(scaled(field.normalized(z, ending, plan.features), branch2), x.power),
    layers,
    layerInputs,
    ...(projection ? { projection } : {}),
  };
}

function planOf(network: LayerChoices, block: NetworkBlock): BlockPlan {
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
  const stride = layers.reduce((product, layer) => product * layer.stride, 1);
  return {
    skip2: block.skip2,
    branch2: block.kept * block.branch2,
    layers,
    ...(block.isTransition ? { projection: { ...first, kernel: 1, stride } } : {}),
    merging: position === "post" ? normalizer : "none",
  };
}
