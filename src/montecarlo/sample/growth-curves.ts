import { type MarginKind, marginOf } from "../../compare/margin.js";
import { BRANCH_ACTIVATION_DEFINITIONS } from "../../network/activations.js";
import { takesFeatures } from "../../network/plan/index.js";
import type { TrialRecord } from "../forward/trial-record.js";
import type { PredictedCurve } from "./curve-sums.js";
import type { PreparedSample } from "./prepare-sample.js";
import { growsSteadily } from "./slopes.js";

/** Whether sampled networks are fed maps, whose moving means few networks may carry. */
export function isOfMaps({ plan }: PreparedSample["network"]): boolean {
  return !takesFeatures(plan.stem);
}

/** The curves by block of sampled networks that are judged, from the first block of the slopes on. */
export function growthCurves({
  network,
  moments,
  slopeFrom,
  judgement,
}: Pick<PreparedSample, "network" | "moments" | "slopeFrom" | "judgement">): PredictedCurve<TrialRecord>[] {
  const blocks = Array.from(moments.blocks);
  const from = blocks.findIndex((block) => block >= slopeFrom);
  const curve = (options: {
    readonly label: string;
    readonly theory: readonly number[];
    readonly kind?: MarginKind;
    readonly of: (record: TrialRecord) => ArrayLike<number>;
  }): PredictedCurve<TrialRecord> => {
    const { label, theory, kind, of } = options;
    // Where nothing is predicted the skip path's variance is the measure: of a branch that is switched off.
    const scale = theory.map((value, index) => (value === 0 ? moments.skip.variance[index] : value));
    return {
      label,
      blocks: blocks.slice(from),
      margin: marginOf(1, { kind, share: judgement.margin }),
      isGrowth: !growsSteadily(network),
      deviations: (record) => {
        const values = of(record);
        return Float64Array.from({ length: blocks.length - from }, (_, i) => {
          const index = from + i;
          return (values[index] - theory[index]) / scale[index];
        });
      },
    };
  };
  return [
    curve({
      label: "skip variance by block",
      theory: moments.skip.variance,
      of: ({ skip }) => skip.variance,
    }),
    curve({
      label: "branch variance by block",
      theory: moments.branch.variance,
      of: ({ branch }) => branch.variance,
    }),
    ...(BRANCH_ACTIVATION_DEFINITIONS[network.activation].hasMean
      ? [
          curve({
            label: "squared moving mean by block",
            theory: moments.input.meanSquared,
            kind: isOfMaps(network) ? "few-networks" : "number",
            of: ({ input }) => input.meanSquared,
          }),
        ]
      : []),
  ];
}
