import { blocksOf, type NetworkPlan } from "./network-plan.js";
import { type PerBlock, valueAt } from "./per-block.js";

/**
 * The plan as plain data, which threads can be sent: what is a function of the block becomes a table, or a number where it is
 * the same at every block.
 */
export function tabulated(plan: NetworkPlan): NetworkPlan {
  const { skip, branch, survival, deviation } = plan.scales;
  const plain = (values: PerBlock): PerBlock => {
    if (typeof values !== "function") return values;
    const table = tableOf(plan, values);
    return table.every((value) => Object.is(value, table[0])) ? table[0] : table;
  };
  return {
    ...plan,
    scales: {
      skip: plain(skip),
      branch: plain(branch),
      ...(survival === undefined ? {} : { survival: plain(survival) }),
      ...(deviation === undefined ? {} : { deviation: plain(deviation) }),
    },
  };
}

/** The numbers of all blocks, that of block i at i − 1. */
export function tableOf(plan: Pick<NetworkPlan, "runs" | "depth">, values: PerBlock): Float64Array {
  const table = new Float64Array(plan.depth);
  for (const at of blocksOf(plan)) table[at.block - 1] = valueAt(values, at);
  return table;
}
