import type { Verdict } from "../../src/network/documents/verdict.js";

/** How often something was found, and the standard error of that: at least that of one case. */
export interface Rate {
  readonly rate: number;
  readonly se: number;
}

export function rateOf(cases: number, repeats: number): Rate {
  const rate = cases / repeats;
  return { rate, se: Number(Math.max(1 / repeats, Math.sqrt((rate * (1 - rate)) / repeats)).toPrecision(2)) };
}

/** Counts what verdicts concluded. */
export class Outcomes {
  #repeats = 0;
  readonly #counts: Record<string, number> = { differs: 0, agrees: 0, "cannot-tell": 0, biasSeen: 0 };

  add({ status, biasSeen = false }: Pick<Verdict, "biasSeen"> & { readonly status: string }): void {
    this.#repeats++;
    this.#counts[status]++;
    if (biasSeen) this.#counts.biasSeen++;
  }

  rates() {
    const { differs, agrees, "cannot-tell": cannotTell, biasSeen } = this.#counts;
    return {
      repeats: this.#repeats,
      differs: rateOf(differs, this.#repeats),
      agrees: rateOf(agrees, this.#repeats),
      cannotTell: rateOf(cannotTell, this.#repeats),
      biasSeen: rateOf(biasSeen, this.#repeats),
    };
  }
}

/** What all parts of the simulation are given. */
export interface PartOptions {
  readonly repeats: number;
  readonly seed: number;
}

export const TRIALS = [3, 8, 30, 200];
export const CONFIDENCE = 0.95;
/** All differences are in margins; a margin is that of a number of theory 1. */
export const MARGIN = 0.02;
