import { requireProbability } from "../../network/domain.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { branchFractions, shareOf, type VarianceProfile } from "../../network/variance-profile.js";
import type { Cumulants } from "./base-law.js";

/**
 * Independent trials i = 1…d: `hit[i-1]` = q_i, and 1 − q_i as the unevaluated sum `miss[i-1]` + `missLow[i-1]`, since
 * 1 − q_i is often no float64 and 10⁴ equal blocks would add up its rounding error.
 */
export interface Trials {
  readonly hit: Float64Array;
  readonly miss: Float64Array;
  readonly missLow: Float64Array;
}

/** @throws InvalidArgumentError when there is no q, or one is not a probability. */
export function trialsOf(q: ArrayLike<number>): Trials {
  if (q.length === 0) throw new InvalidArgumentError("q", "an empty list", "one probability for each block");
  const hit = new Float64Array(q);
  const miss = new Float64Array(hit.length);
  const missLow = new Float64Array(hit.length);
  for (let i = 0; i < hit.length; i++) {
    if (!(hit[i] >= 0 && hit[i] <= 1)) requireProbability(`q of block ${i + 1}`, hit[i]);
    miss[i] = 1 - hit[i];
    missLow[i] = 1 - miss[i] - hit[i];
  }
  return { hit, miss, missLow };
}

/** The trials of a variance profile, hit b/(s+b) and miss s/(s+b): a tiny skip variance keeps all its digits. */
export function trialsOfProfile(profile: VarianceProfile): Trials {
  const hit = Float64Array.from(branchFractions(profile));
  const miss = Float64Array.from(profile.skip, (s, index) => shareOf(s, profile.branch[index]));
  return { hit, miss, missLow: new Float64Array(hit.length) };
}

/** κ₁…κ₄ of the number of hits. */
export function cumulantsOf({ hit, miss }: Trials): Cumulants {
  const total = [0, 0, 0, 0];
  // Sums of a hundred terms and the sum of those: with a million trials the rounding of one long sum would show.
  for (let from = 0; from < hit.length; from += 128) {
    let [first, second, third, fourth] = [0, 0, 0, 0];
    for (let i = from; i < Math.min(hit.length, from + 128); i++) {
      const v = hit[i] * miss[i];
      first += hit[i];
      second += v;
      third += v * (miss[i] - hit[i]);
      fourth += v * (1 - 6 * v);
    }
    total[0] += first;
    total[1] += second;
    total[2] += third;
    total[3] += fourth;
  }
  return [total[0], total[1], total[2], total[3]];
}

/** The least and the greatest possible number of hits. */
export function supportOf(trials: Trials): [number, number] {
  let certain = 0;
  let possible = 0;
  for (let i = 0; i < trials.hit.length; i++) {
    if (trials.miss[i] === 0) certain++;
    if (trials.hit[i] > 0) possible++;
  }
  return [certain, possible];
}
