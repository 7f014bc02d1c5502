import { type NetworkPlan, plannedBlocks, valueAt } from "../../network/plan/index.js";
import { atPower, type Field, type FieldState, rebased } from "./field.js";
import { dividingBy, type FieldBlock, type FieldBlockOptions, fieldBlockOf } from "./field-block.js";
import { type Dropping, type SquaredScales, squaredScalesAt } from "./squared-scales.js";

/** One block on the way forward. */
export interface FieldPass<State extends FieldState> {
  readonly block: FieldBlock;
  readonly scales: SquaredScales;
  readonly input: State;
  /** Both paths after their scales, in the power of the input. */
  readonly skip: State;
  readonly branch: State;
  /** What each layer of the branch is given, before its normaliser; the first is given the input. */
  readonly layerInputs: readonly State[];
  /** What its last weights return, before what normalises the branch at its end. */
  readonly returned: State;
  /** The sum of both paths, before what normalises it. */
  readonly merged: State;
}

/** What a plan is read as. */
export interface PlanReading extends FieldBlockOptions {
  readonly dropping: Dropping;
}

/** The random networks of a plan, as they grow wide. */
export const ENSEMBLE: PlanReading = { hasWideGroups: true, dropping: "averaged" };

export interface NetworkPassOptions<State extends FieldState> {
  /** What it starts from enters block 1. */
  readonly field: Field<State>;
  readonly reading: PlanReading;
}

/** Goes through the blocks of a plan, one by one. */
export function* networkPasses<State extends FieldState>(
  plan: NetworkPlan,
  { field, reading }: NetworkPassOptions<State>,
): Generator<FieldPass<State>> {
  const { runs, depth, scales } = plan;
  let x = rebased(field, field.start);
  for (const run of runs) {
    const common = fieldBlockOf(run.block, reading);
    for (const at of plannedBlocks({ runs: [run], depth })) {
      const block =
        scales.deviation === undefined ? common : dividingBy(valueAt(scales.deviation, at), common);
      const pass = throughBlock(field, x, { block, scales: squaredScalesAt(plan, at, reading.dropping) });
      yield pass;
      const { normalizer, features } = block.merge;
      x = rebased(field, field.normalized(pass.merged, normalizer, features));
    }
  }
}

function throughBlock<State extends FieldState>(
  field: Field<State>,
  input: State,
  { block, scales }: Pick<FieldPass<State>, "block" | "scales">,
): FieldPass<State> {
  const { layers, projection, hasSkip, ending } = block;
  const layerInputs: State[] = [];
  let z = input;
  for (const layer of layers) {
    layerInputs.push(z);
    z = field.layer(z, layer);
  }
  const onSkip = projection ? field.layer(input, projection) : input;
  const skip = atPower(field, field.scaled(onSkip, hasSkip ? scales.skip2 : 0), input.power);
  const onBranch = field.normalized(z, ending.normalizer, ending.features);
  const branch = atPower(field, field.scaled(onBranch, scales.branch2), input.power);
  return { block, scales, input, skip, branch, layerInputs, returned: z, merged: field.sum(skip, branch) };
}
