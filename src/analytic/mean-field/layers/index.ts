import type { LayerShape, ShapeOfKind } from "../../../network/plan/index.js";
import { KERNEL_MIXING } from "./kernel-layer.js";
import type { SiteMixing } from "./site-mixing.js";

export * from "./convolution-taps.js";
export type { Maps } from "./site-mixing.js";

/** What every kind of layer does between sites. */
const LAYER_MIXINGS = {
  dense: KERNEL_MIXING,
  convolution: KERNEL_MIXING,
} satisfies { readonly [Kind in LayerShape["kind"]]: SiteMixing<ShapeOfKind<Kind>> };

/** What a kind of layer does between sites. */
export function mixingOf({ kind }: LayerShape): SiteMixing<LayerShape> {
  return LAYER_MIXINGS[kind];
}
