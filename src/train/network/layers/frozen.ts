import { applyFrozenMap, type FreezeMapOptions, freezeMap, type tf } from "../../../tensor/index.js";
import type { Frozen, MapLayer, Pass } from "./layer.js";

/** A layer that is linear, but perhaps for a shift that only `output` has. */
export function frozenLinear(output: tf.Tensor4D, carry: Frozen["carry"]): Frozen {
  return { output, carry };
}

/** A normaliser, a ReLU or both. */
export function frozenMap(output: tf.Tensor4D, options: FreezeMapOptions): Frozen {
  const map = freezeMap(options);
  return { output, carry: (component) => applyFrozenMap(map, component) };
}

/** Layers one after the other, behind `start`. */
export function frozenChain(start: Frozen, layers: readonly MapLayer[], pass: Pass): Frozen {
  return layers.reduce((before, layer): Frozen => {
    const { output, carry } = layer.freeze(before.output, pass);
    return { output, carry: (component) => carry(before.carry(component)) };
  }, start);
}
