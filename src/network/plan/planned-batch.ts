import type { NetworkPlan } from "./network-plan.js";

/** What a prediction is made of: a network, and how much goes through it together. */
export interface PlannedBatch {
  readonly plan: NetworkPlan;
  /** Inputs. Infinity for the theory alone: so many that their number does not matter. */
  readonly batch: number;
}
