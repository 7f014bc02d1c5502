import type { Comparison } from "../network/documents/verdict.js";

/** One number that is judged together with others. */
export interface JudgedNumber {
  /** As it is named in the reason, such as "mean length". */
  readonly label: string;
  readonly comparison: Comparison;
  /** How far from the theory the expectation may lie and still agree, in the units of the number. */
  readonly margin: number;
  /** Degrees of freedom of the standard error: the trials − 1. */
  readonly freedom: number;
  /** Independent networks behind it. */
  readonly trials: number;
  /**
   * What it decides. Of a curve, contrasts outside their margins show that it differs, and a parabola that is inside everywhere that it
   * agrees (docs/statistics.md); both if absent.
   */
  readonly decides?: "differs" | "agrees";
  /** Whether its mean is carried by rare networks (`isCarriedByFew`): it is not judged then. */
  readonly isCarriedByFew?: boolean;
  /** The curve that it is a part of: then it is a share of that curve's prediction, and the curve counts as one number. */
  readonly curve?: string;
}

/** Numbers whose looks are corrected among themselves by Holm, such as all path lengths of a sample. */
export type Family = readonly JudgedNumber[];

export function canDiffer({ decides }: Pick<JudgedNumber, "decides">): boolean {
  return decides !== "agrees";
}

export function canAgree({ decides }: Pick<JudgedNumber, "decides">): boolean {
  return decides !== "differs";
}

/** Below this, a standard error says nothing: with 2 trials it is itself wrong by a factor of 10 one time in 16. */
export const FEWEST_TRIALS = 3;
