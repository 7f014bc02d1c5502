import {
  type BlockPlan,
  blockOutputs,
  layersOf,
  multiplyAddsOf,
  type NetworkPlan,
  plannedBlocks,
} from "../../network/plan/index.js";

/** Floating-point operations for one image: two for each multiply-and-add. */
export interface Operations {
  /** Of a forward pass. */
  readonly forward: number;
  /** Of a training step: forward, and the gradients of the filters and of the inputs (the images themselves need none). */
  readonly step: number;
  /** Of a forward pass through each part. */
  readonly stem: number;
  readonly blocks: readonly number[];
  readonly head: number;
}

/**
 * The operations of convolutions and classifier for one image, counted from the plan. Normalisation, ReLU, pooling,
 * additions and the update are left out, and an algorithm with fewer multiplications (Winograd) is credited with those of the
 * plain one.
 */
export function operationsAnImage(plan: NetworkPlan, classes: number): Operations {
  const stem = 2 * multiplyAddsOf(plan.stem.layer);
  const blocks = Array.from(plannedBlocks(plan), ({ plan: block }) => ofBlock(block));
  const head = 2 * blockOutputs(plan.runs[plan.runs.length - 1].block) * classes;
  const rest = blocks.reduce((total, count) => total + count, head);
  return { forward: stem + rest, step: 2 * stem + 3 * rest, stem, blocks, head };
}

function ofBlock(block: BlockPlan): number {
  return layersOf(block).reduce((total, layer) => total + 2 * multiplyAddsOf(layer), 0);
}
