import {
  type BlockScales,
  type NetworkPlan,
  type PlannedBlock,
  scalesAt,
  survivalAt,
  valueAt,
} from "../../network/plan/index.js";

/** The constants of a block: β and, where it is learned at the start, α. */
export interface TrainedScales extends BlockScales {
  /** The probability that a training step keeps the branch. */
  readonly survival: number;
  /** The expected standard deviation of what enters, by which the normaliser `expected` divides; 1 where there is none. */
  readonly deviation: number;
}

export function trainedScales(plan: NetworkPlan, at: PlannedBlock): TrainedScales {
  return {
    ...scalesAt(plan, at),
    survival: survivalAt(plan, at),
    deviation: valueAt(plan.scales.deviation ?? 1, at),
  };
}
