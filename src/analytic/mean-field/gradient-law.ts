import { type PathLengthDistribution, poissonBinomialLaw } from "../laws/index.js";
import { lawOfTable } from "../laws/law-of-table.js";
import { SCALE, trim } from "../laws/pmf-table.js";

/** The squared norm of a gradient over the batch: of its batch mean, and of what is left. */
export interface Energy {
  readonly mean: number;
  readonly centred: number;
}

/** What a path makes of both: factors of each, and what it makes centred of a batch mean. */
export interface PathGains {
  readonly mean: number;
  readonly centred: number;
  readonly centring: number;
}

/** The two paths of a block on the way back. */
export interface BlockGains {
  readonly skip: PathGains;
  readonly branch: PathGains;
}

export function through({ mean, centred, centring }: PathGains, energy: Energy): Energy {
  return { mean: mean * energy.mean, centred: centred * energy.centred + centring * energy.mean };
}

/** Room for the first lengths, and the probability below which one more is not begun. */
const ROOM = 64;
const LEAST = 1e-305;

/**
 * The law of the number of branches that a gradient of the energy `output` came back through, `blocks` in forward order:
 * with the energies m_k of the batch mean and c_k of the rest after k branches, a block makes of them
 *
 *     m_k ← s_m m_k + b_m m_{k−1},   c_k ← s_c c_k + s_mc m_k + b_c c_{k−1} + b_mc m_{k−1}.
 *
 * Where nothing tells the two apart, or there is no batch mean, as in an infinite batch, it is Poisson-binomial.
 */
export function gradientLaw(blocks: readonly BlockGains[], output: Energy): PathLengthDistribution {
  const isOne = ({ mean, centred, centring }: PathGains) => mean === centred && centring === 0;
  if (output.mean === 0 || blocks.every(({ skip, branch }) => isOne(skip) && isOne(branch))) {
    return poissonBinomialLaw(
      blocks.map(({ skip, branch }) => branch.centred / (skip.centred + branch.centred)),
    );
  }
  const pmf = { mean: Float64Array.of(output.mean), centred: Float64Array.of(output.centred) };
  let last = 0;
  for (const block of [...blocks].reverse()) {
    if (last + 2 > pmf.mean.length) {
      pmf.mean = grown(pmf.mean);
      pmf.centred = grown(pmf.centred);
    }
    if (passBack(pmf, block, last)) last++;
  }
  const values = pmf.mean.map((mean, k) => SCALE * (mean + pmf.centred[k])).subarray(0, last + 1);
  const possible = blocks.filter(({ branch }) => branch.mean + branch.centred > 0).length;
  return lawOfTable({
    depth: blocks.length,
    support: [0, possible],
    table: trim({ first: 0, values, beyond: 0 }),
  });
}

/** One block, lengths 0…last, in place; whether there is one more length after it. The whole stays 1. */
function passBack(
  { mean, centred }: { readonly mean: Float64Array; readonly centred: Float64Array },
  { skip, branch }: BlockGains,
  last: number,
): boolean {
  let whole = 0;
  for (let k = last + 1; k >= 0; k--) {
    const kept = through(skip, { mean: mean[k], centred: centred[k] });
    const passed = k > 0 ? through(branch, { mean: mean[k - 1], centred: centred[k - 1] }) : NOTHING;
    mean[k] = kept.mean + passed.mean;
    centred[k] = kept.centred + passed.centred;
    whole += mean[k] + centred[k];
  }
  for (let k = last + 1; k >= 0; k--) {
    mean[k] /= whole;
    centred[k] /= whole;
  }
  if (mean[last + 1] + centred[last + 1] > LEAST) return true;
  mean[last + 1] = 0;
  centred[last + 1] = 0;
  return false;
}

const NOTHING: Energy = { mean: 0, centred: 0 };

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(Math.max(ROOM, 2 * values.length));
  longer.set(values);
  return longer;
}
