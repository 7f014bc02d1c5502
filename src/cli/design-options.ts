import { TRAINABLE_SCHEMES, takersOf } from "../network/schemes/index.js";
import { NETWORK_PARTS, SCHEME_PARTS } from "../network/settings/design-choices.js";
import type { TrainSettings } from "../train/plan/train-plan.js";
import { givenOf, networkOptions, option, settingsOptions, text } from "./options.js";

/** How a trained network is built under its scheme. */
export const designOptions = {
  alpha: networkOptions.alpha,
  skip: option("skip", text, {
    describe: `scale of the skip path of ${takersOf("skip", TRAINABLE_SCHEMES).join(" and ")}, such as 1/sqrt(2)`,
  }),
  survival: networkOptions.survival,
  normalized: networkOptions.normalized,
  ...settingsOptions({ ...SCHEME_PARTS, ...NETWORK_PARTS }),
} as const;

export type DesignArguments = Pick<TrainSettings, "alpha" | "skip" | "survival" | "normalized">;

/** The settings of {@link designOptions}. */
export function designOf(argv: DesignArguments) {
  const { alpha, skip, survival, normalized } = argv;
  return {
    ...{ alpha, skip, survival, normalized },
    ...givenOf(SCHEME_PARTS, argv),
    ...givenOf(NETWORK_PARTS, argv),
  };
}
