import type { LayerOfKind, LayerPlan } from "../../network/plan/index.js";
import { drawConvolution } from "./convolution-layer.js";
import { drawDense } from "./dense-layer.js";
import type { DrawnLayer } from "./drawn-layer.js";
import { drawGramLayer } from "./gram-layer.js";
import type { LayerOptions } from "./layer-options.js";

/** How a kind of layer is sampled. */
interface SampledKind<Layer extends LayerPlan> {
  draw(options: LayerOptions<Layer>): DrawnLayer;
}

/** How every kind of layer is sampled. */
const LAYERS = {
  dense: { draw: drawDense },
  convolution: { draw: drawConvolution },
} satisfies { readonly [Kind in LayerPlan["kind"]]: SampledKind<LayerOfKind<Kind>> };

/** Draws the weights of a layer. */
export function drawWeightLayer(options: LayerOptions): DrawnLayer {
  if (options.trial.sampler === "gram") return drawGramLayer(options);
  const kind: SampledKind<LayerPlan> = LAYERS[options.layer.kind];
  return kind.draw(options);
}
