import { batchnorm } from "./batchnorm.js";
import { custom } from "./custom.js";
import { deepnorm } from "./deepnorm.js";
import type { NotTrained, SchemeDefinition, SchemeTraining } from "./definition.js";
import { depthMup } from "./depth-mup.js";
import { fixup } from "./fixup.js";
import { groupnorm } from "./groupnorm.js";
import { layernorm } from "./layernorm.js";
import { layerscale } from "./layerscale.js";
import { nfnet } from "./nfnet.js";
import { postLn } from "./post-ln.js";
import { preLn } from "./pre-ln.js";
import { rezero } from "./rezero.js";
import { skipinit } from "./skipinit.js";
import { sqrt2 } from "./sqrt2.js";
import { stableResnet } from "./stable-resnet.js";
import { stochasticDepth } from "./stochastic-depth.js";
import { unnormalized } from "./unnormalized.js";

/** The residual schemes by name, in the order of tables. */
const REGISTRY = {
  batchnorm,
  layernorm,
  groupnorm,
  skipinit,
  rezero,
  fixup,
  sqrt2,
  unnormalized,
  nfnet,
  "pre-ln": preLn,
  "post-ln": postLn,
  deepnorm,
  "depth-mup": depthMup,
  "stable-resnet": stableResnet,
  layerscale,
  "stochastic-depth": stochasticDepth,
  custom,
};

export type SchemeName = keyof typeof REGISTRY;

export const SCHEMES: Readonly<Record<SchemeName, SchemeDefinition>> = REGISTRY;

/** The residual schemes known by name. */
export const SCHEME_NAMES = Object.keys(SCHEMES) as readonly SchemeName[];

/** What is learned under a scheme; undefined where it cannot be trained. */
export function trainingOf(name: SchemeName): SchemeTraining | undefined {
  const { training } = SCHEMES[name];
  return isTrained(training) ? training : undefined;
}

/** Those that a convolutional network can be trained under: the others' constants and positions are those of transformers. */
export const TRAINABLE_SCHEMES: readonly SchemeName[] = SCHEME_NAMES.filter(
  (name) => trainingOf(name) !== undefined,
);

function isTrained(training: SchemeTraining | NotTrained): training is SchemeTraining {
  return !("instead" in training);
}
