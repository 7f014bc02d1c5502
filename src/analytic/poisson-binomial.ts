/**
 * The Poisson-binomial probabilities P(K = k), k = 0…d, of d independent trials with success probabilities q, by
 * adding one trial after another.
 *
 * Every term is a sum of products of non-negative numbers, so nothing cancels: the relative error of every entry is
 * at most about d · 2⁻⁵², in both tails. Entries below 1e-290 are set to 0 on the way: they would turn into slow
 * subnormals and cannot matter.
 */
export function poissonBinomialPmf(q: readonly number[]): Float64Array {
  const pmf = new Float64Array(q.length + 1);
  pmf[0] = 1;
  // All mass so far lies in low…high.
  let [low, high] = [0, 0];
  for (const p of q) {
    if (p === 0) continue;
    const miss = 1 - p;
    high++;
    for (let k = high; k > low; k--) pmf[k] = pmf[k] * miss + pmf[k - 1] * p;
    pmf[low] *= miss;
    while (pmf[low] < 1e-290) pmf[low++] = 0;
    while (pmf[high] < 1e-290) pmf[high--] = 0;
  }
  return pmf;
}
