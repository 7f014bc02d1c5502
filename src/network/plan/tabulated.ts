import { type NetworkPlan, plannedBlocks } from "./network-plan.js";
import { type PerBlock, valueAt } from "./per-block.js";

/**
 * A plan as plain data, which can be sent to another thread: scales that are functions of the block become tables, or one number
 * where all blocks have the same.
 *
 * @example
 * ```ts
 * const geometry = uniformGeometry({ kind: "dense", depth: 3, layers: 1, width: 8, inputs: 8, size: 1 });
 * const choices = { activation: "relu", stem: { gain: 1, isStandardized: false } } as const;
 * const plan = planNetwork({ scheme: resolveScheme("skipinit"), geometry, choices });
 * tabulated(plan).scales.branch; // 0.5773502691896258
 * ```
 */
export function tabulated(plan: NetworkPlan): NetworkPlan {
  const { skip, branch, survival, deviation } = plan.scales;
  return {
    ...plan,
    scales: {
      skip: tableOf(plan, skip),
      branch: tableOf(plan, branch),
      ...(survival === undefined ? {} : { survival: tableOf(plan, survival) }),
      ...(deviation === undefined ? {} : { deviation: tableOf(plan, deviation) }),
    },
  };
}

function tableOf(plan: NetworkPlan, values: PerBlock): number | Float64Array {
  if (typeof values !== "function") return values;
  const table = new Float64Array(plan.depth);
  for (const at of plannedBlocks(plan)) table[at.block - 1] = valueAt(values, at);
  return table.every((value) => Object.is(value, table[0])) ? table[0] : table;
}
