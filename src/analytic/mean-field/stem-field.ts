import type { PlannedBatch, StemPlan } from "../../network/plan/index.js";
import { type DenseState, denseField } from "./dense-field.js";
import type { Field, FieldState } from "./field.js";
import type { ImageBatch } from "./image-batch.js";
import { mapField } from "./map-field.js";
import type { SiteState } from "./site-state.js";
import { type StemLayer, stemPatches } from "./stem-patches.js";

/** Nothing before the first block. */
export const NO_STEM: StemLayer = { kernel: 1, stride: 1, gain: 1, isStandardized: false };

/** The convolution that images go through first; pooling behind it only takes some of the sites. */
export function stemLayerOf({ layer, pooling }: StemPlan): StemLayer {
  const { kernel, stride, gain, initialScale, isStandardized } = layer;
  return { kernel, stride: stride * pooling, gain: gain * initialScale ** 2, isStandardized };
}

/** Features of independent inputs behind the stem; standardised weights make the same of them. */
export function denseBehindStem({ plan, batch }: PlannedBatch): Field<DenseState> {
  const field = denseField(batch);
  return multiplied(field, stemLayerOf(plan.stem).gain * plan.inputVariance);
}

/** Maps behind the stem, of images or of pixels without correlation, of which standardised weights make the same. */
export function mapsBehindStem({ plan, batch }: PlannedBatch, images?: ImageBatch): Field<SiteState> {
  const { size } = plan.stem.layer;
  const stem = stemLayerOf(plan.stem);
  if (images && stem.isStandardized) {
    return multiplied(mapsOf(stemPatches(images, size, stem)), plan.inputVariance);
  }
  return multiplied(mapField({ batch, size, stem, images }), stem.gain * plan.inputVariance);
}

/** Maps that enter the first block. */
export function mapsOf(entering: ImageBatch): Field<SiteState> {
  const { data, count, channels } = entering;
  const size = Math.sqrt(data.length / channels / count);
  return mapField({ batch: count, size, stem: NO_STEM, images: entering });
}

/** What starts `by` times as strong. */
export function multiplied<State extends FieldState>(field: Field<State>, by: number): Field<State> {
  return { ...field, start: field.scaled(field.start, by) };
}
