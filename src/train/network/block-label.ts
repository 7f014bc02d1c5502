import { type PlannedBlock, projectionOf } from "../../network/plan/index.js";

/** A block as documents name it. */
export interface BlockLabel {
  /** i = 1…d, and the stage. */
  readonly block: number;
  readonly stage: number;
  readonly transition: boolean;
}

/** A network without stages is one stage. */
export function labelOf({ block, stage, plan }: PlannedBlock): BlockLabel {
  return { block, stage: stage?.number ?? 1, transition: projectionOf(plan) !== undefined };
}
