import { InvalidArgumentError } from "./errors.js";
import { timesPowerOfTwo } from "./scaled-number.js";

/** Where a profile comes from. */
export type ProfileOrigin = "predicted" | "sampled" | "measured";

/**
 * The variance of the two paths of every residual block, in order: the one thing that the closed forms, the sampler
 * and the trainer all produce, and all that the path lengths depend on.
 *
 * `skip[i-1]` is s_i = Var(β_i x_i) and `branch[i-1]` is b_i = Var(α_i f_i(x_i)), both times 2^`exponent[i-1]`
 * when `exponent` is there (an unnormalised network of 2,000 blocks leaves the range of float64).
 */
export interface VarianceProfile {
  readonly origin: ProfileOrigin;
  readonly skip: readonly number[];
  readonly branch: readonly number[];
  readonly exponent?: readonly number[];
}

/**
 * q_i = b_i / (s_i + b_i), though the sum may be beyond float64: the fraction of the variance after block i that came through its residual branch.
 *
 * @throws InvalidArgumentError when the lengths differ, or a block's variances are negative, not finite or both zero.
 * @example
 * ```ts
 * branchFractions({ origin: "measured", skip: [1, 2], branch: [1, 1] }); // [0.5, 0.3333333333333333]
 * ```
 */
export function branchFractions(profile: VarianceProfile): number[] {
  const { skip, branch } = profile;
  if (skip.length !== branch.length || skip.length === 0) {
    throw new InvalidArgumentError(
      "profile",
      `${skip.length} skip and ${branch.length} branch variances`,
      "one skip and one branch variance for each block",
    );
  }
  return skip.map((s, index) => {
    const b = branch[index];
    if (!(s >= 0 && b >= 0 && s + b > 0 && Number.isFinite(s) && Number.isFinite(b))) {
      throw new InvalidArgumentError(
        `profile, block ${index + 1}`,
        `skip ${s}, branch ${b}`,
        "finite variances of at least 0, not both 0",
      );
    }
    return shareOf(b, s);
  });
}

/** part / (part + rest) of finite numbers of at least 0, also where their sum is beyond float64. */
export function shareOf(part: number, rest: number): number {
  const sum = part + rest;
  return Number.isFinite(sum) ? part / sum : part / 2 / (part / 2 + rest / 2);
}

/** The skip and branch variances themselves, exponents applied; Infinity where they exceed float64. */
export function variances(profile: VarianceProfile): { skip: number[]; branch: number[] } {
  const scale = (value: number, index: number) => timesPowerOfTwo(value, profile.exponent?.[index] ?? 0);
  return { skip: profile.skip.map(scale), branch: profile.branch.map(scale) };
}

/** The first block (1…d) whose total variance exceeds `largest`, or null. */
export function overflowBlock(profile: VarianceProfile, largest = Number.MAX_VALUE): number | null {
  const { skip, branch } = variances(profile);
  const index = skip.findIndex((s, i) => !(s + branch[i] <= largest));
  return index < 0 ? null : index + 1;
}
