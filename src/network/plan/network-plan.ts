import type { SchemeName } from "../schemes/index.js";
import { type BlockPlan, type KernelLayer, type LayerPlan, layersOf } from "./block-plan.js";
import { type BlockAddress, type PerBlock, valueAt } from "./per-block.js";

/** What lies before the first block: a layer, and the pooling behind it as a stride. */
export interface StemPlan {
  readonly layer: KernelLayer;
  readonly pooling: number;
}

/** The stage that some blocks belong to. */
export interface StageOfBlocks {
  /** 1, 2, … */
  readonly number: number;
  /** Its first block, counted over all stages, and how many it has. */
  readonly first: number;
  readonly length: number;
}

/** Blocks that compute the same, one after the other. */
export interface BlockRun {
  /** The first, i = 1…d, and how many there are. */
  readonly first: number;
  readonly length: number;
  /** Absent in a uniform stack. */
  readonly stage?: StageOfBlocks;
  readonly block: BlockPlan;
}

/** What differs from block to block. */
export interface PlanScales {
  /** β_i of the skip path and α_i of the branch; of a branch whose scale is learned, its value at the start. */
  readonly skip: PerBlock;
  readonly branch: PerBlock;
  /** The probability that a training step keeps the branch; absent: it always does. */
  readonly survival?: PerBlock;
  /**
   * The expected standard deviation of what enters a block, by which the normaliser `expected` divides; absent: that of the
   * prediction that is being made.
   */
  readonly deviation?: PerBlock;
}

/**
 * A residual network at initialisation as what its blocks compute, by kinds of blocks: a network of 10⁷ equal blocks is one
 * run. The closed forms, the sampler and the trainer all take it.
 */
export interface NetworkPlan {
  readonly scheme: SchemeName;
  /** Residual blocks d. */
  readonly depth: number;
  readonly stem: StemPlan;
  readonly runs: readonly BlockRun[];
  readonly scales: PlanScales;
  /** The second moment of what the stem is given; of a stem of gain 1 it is s_0, the variance of what enters block 1. */
  readonly inputVariance: number;
  /** The moment that the theory counts path lengths in: variances where BatchNorm takes the batch mean out, else second moments. */
  readonly counted: CountedMoment;
}

/** What path lengths are counted in. */
export type CountedMoment = "variance" | "secondMoment";

/** One block of a plan. */
export interface PlannedBlock extends BlockAddress {
  readonly stage?: StageOfBlocks;
  readonly plan: BlockPlan;
}

/** The blocks of a network, i = 1…d. */
export function* plannedBlocks({
  runs,
  depth,
}: Pick<NetworkPlan, "runs" | "depth">): Generator<PlannedBlock> {
  for (const run of runs) {
    for (let block = run.first; block < run.first + run.length; block++) yield blockOf(run, block, depth);
  }
}

/** Block i = 1…d. */
export function blockAt({ runs, depth }: Pick<NetworkPlan, "runs" | "depth">, block: number): PlannedBlock {
  let [low, high] = [0, runs.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (runs[middle].first <= block) low = middle;
    else high = middle - 1;
  }
  return blockOf(runs[low], block, depth);
}

function blockOf({ stage, block: plan }: BlockRun, block: number, depth: number): PlannedBlock {
  if (!stage) return { block, depth, plan };
  return { block, depth, stage, plan, place: { index: block - stage.first + 1, length: stage.length } };
}

/** What a block multiplies its two paths by: x ← skip·x + branch·f(x). */
export interface BlockScales {
  readonly skip: number;
  readonly branch: number;
}

/** β_i and α_i. */
export function scalesAt({ scales }: Pick<NetworkPlan, "scales">, at: BlockAddress): BlockScales {
  return { skip: valueAt(scales.skip, at), branch: valueAt(scales.branch, at) };
}

/** The probability that a block's branch is kept. */
export function survivalAt({ scales: { survival } }: Pick<NetworkPlan, "scales">, at: BlockAddress): number {
  return survival === undefined ? 1 : valueAt(survival, at);
}

/** The stem as the one layer of a random network: pooling is a stride. */
export function stemLayer({ stem: { layer, pooling } }: Pick<NetworkPlan, "stem">): KernelLayer {
  return { ...layer, stride: layer.stride * pooling };
}

/** The kinds of layers of all blocks, projections included, each once. */
export function distinctLayers({ runs }: Pick<NetworkPlan, "runs">): LayerPlan[] {
  return [...new Set(runs.flatMap(({ block }) => layersOf(block)))];
}

/** Whether a network is given vectors of features, images flattened. */
export function takesFeatures({ layer }: Pick<StemPlan, "layer">): boolean {
  return layer.kind === "dense";
}

/** Whether every layer is dense: such networks have features where others have maps. */
export function isDense(plan: Pick<NetworkPlan, "stem" | "runs">): boolean {
  return takesFeatures(plan.stem) && distinctLayers(plan).every(({ kind }) => kind === "dense");
}
