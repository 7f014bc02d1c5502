import type { NormalizerName } from "../../network/normalizers.js";
import type { SampledNetwork } from "../../network/sampled-network.js";
import { atPower, type Field, type FieldLayer, type FieldState, rebased } from "./field.js";
import type { NetworkBlock } from "./network-blocks.js";

/** One block on the way forward. */
export interface BlockPass<State extends FieldState> {
  readonly input: State;
  /** Both paths after their scales, in the power of the input; of a branch that may be dropped the expectation. */
  readonly skip: State;
  readonly branch: State;
  /** The weight layers of the branch, each with its normaliser and activation. */
  readonly layers: readonly FieldLayer[];
  /** What each of them is given, before its normaliser; the first is given the input. */
  readonly layerInputs: readonly State[];
  /** The layer on the skip path of a transition block. */
  readonly projection?: FieldLayer;
  /** Their sum, before a normaliser in post-position. */
  readonly merged: State;
}

/** What all weight layers of a network have in common. */
export type LayerChoices = Pick<
  SampledNetwork,
  "activation" | "gain" | "position" | "normalizer" | "inputVariance"
>;

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
export function networkPasses<State extends FieldState>(
  network: LayerChoices,
  { field, blocks }: { readonly field: Field<State>; readonly blocks: readonly NetworkBlock[] },
): Generator<BlockPass<State>> {
  const { inputVariance = 1 } = network;
  const start = rebased(field, field.scaled(field.start, inputVariance));
  return plannedPasses({ ...field, start }, plansOf(network, blocks));
}

/** Goes through planned blocks, one by one. */
export function* plannedPasses<State extends FieldState>(
  field: Field<State>,
  plans: Iterable<BlockPlan>,
): Generator<BlockPass<State>> {
  let x = field.start;
  for (const plan of plans) {
    const pass = throughBlock(field, x, plan);
    yield pass;
    x = rebased(field, field.normalized(pass.merged, plan.merging ?? "none", plan.features));
  }
}

function throughBlock<State extends FieldState>(
  field: Field<State>,
  input: State,
  plan: BlockPlan,
): BlockPass<State> {
  const { layers, projection, skip2, branch2, ending = "none", features } = plan;
  const layerInputs: State[] = [];
  let z = input;
  for (const layer of layers) {
    layerInputs.push(z);
    z = field.layer(z, layer);
  }
  const onSkip = projection ? field.layer(input, projection) : input;
  const skip = atPower(field, field.scaled(onSkip, skip2), input.power);
  const onBranch = field.normalized(z, ending, features);
  const branch = atPower(field, field.scaled(onBranch, branch2), input.power);
  return { input, skip, branch, layers, layerInputs, projection, merged: field.sum(skip, branch) };
}

/** Blocks that share their `layers` share the weight layers of their plans too. */
function* plansOf(network: LayerChoices, blocks: readonly NetworkBlock[]): Generator<BlockPlan> {
  const { activation, gain, position, normalizer } = network;
  const first: Omit<FieldLayer, "kernel" | "stride"> = {
    activation,
    gain,
    normalizer: position === "pre" ? normalizer : "none",
    isStandardized: normalizer === "expected",
  };
  // `expected` divides what the block is given and nothing within the branch.
  const later = { ...first, normalizer: normalizer === "expected" ? ("none" as const) : first.normalizer };
  const merging = position === "post" ? normalizer : "none";
  let known: { readonly of?: NetworkBlock["layers"]; readonly layers: readonly FieldLayer[] } = {
    layers: [],
  };
  for (const { skip2, branch2, kept, layers: shapes, isTransition } of blocks) {
    if (known.of !== shapes) {
      const layers = shapes.map((shape, index) => ({ ...(index === 0 ? first : later), ...shape }));
      known = { of: shapes, layers };
    }
    const projection = isTransition ? { ...first, kernel: 1, stride: strideOf(shapes) } : undefined;
    yield { skip2, branch2: kept * branch2, layers: known.layers, projection, merging };
  }
}

function strideOf(layers: NetworkBlock["layers"]): number {
  return layers.reduce((product, layer) => product * layer.stride, 1);
}
