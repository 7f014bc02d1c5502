import type { DesignChoices } from "../../src/train/index.js";

/** The designs whose profiles are held against the prediction. */
export const DESIGNS: readonly (DesignChoices & { readonly name: string; readonly scheme: string })[] = [
  { name: "batchnorm", scheme: "batchnorm" },
  { name: "batchnorm, first", scheme: "batchnorm", normPosition: "first" },
  { name: "batchnorm, last", scheme: "batchnorm", normPosition: "last" },
  { name: "batchnorm, merge", scheme: "batchnorm", normPosition: "merge" },
  { name: "layernorm", scheme: "layernorm" },
  { name: "layernorm, merge", scheme: "layernorm", normPosition: "merge" },
  { name: "groupnorm, 2 groups", scheme: "groupnorm", normGroups: 2 },
  { name: "groupnorm, 8 groups", scheme: "groupnorm" },
  { name: "skipinit", scheme: "skipinit" },
  { name: "sqrt2", scheme: "sqrt2" },
  { name: "unnormalized", scheme: "unnormalized" },
  { name: "fixup 2", scheme: "fixup", fixup: [2] },
  { name: "layerscale", scheme: "layerscale" },
  { name: "nfnet", scheme: "nfnet" },
  { name: "stochastic-depth", scheme: "stochastic-depth" },
];
