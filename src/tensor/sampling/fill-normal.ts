import type * as tf from "@tensorflow/tfjs";
import { emptyTensor, nativeKernels } from "../native-kernels.js";

/** What the kernel of assembly/fill-normal.ts needs to know of the generator. */
export interface NormalFill {
  /** Two words of 64 bits, the high half of each first. It moves on. */
  readonly state: Int32Array;
  readonly tables: Float64Array;
  readonly deviation: number;
  /** A draw of the kernel's that JavaScript makes: it moves the state on. */
  readonly draw: (state: Int32Array) => number;
}

/** A tensor of draws from N(0, deviation²), row by row; nothing where no kernels run. */
export function normalDraws(shape: [number, number], fill: NormalFill): tf.Tensor2D | undefined {
  const module = nativeKernels();
  if (!module) return undefined;
  const { state, tables, deviation, draw } = fill;
  const target = emptyTensor<tf.Rank.R2>(module, shape);
  const pointer = module.pointer(target);
  // The tables first: they are numbers of eight bytes and want to lie at multiples of eight.
  const tablesAt = module.scratch((tables.byteLength + state.byteLength) / 4);
  const stateAt = tablesAt + tables.byteLength;
  const values = module.floats(pointer, target.size);
  const sharedState = module.floats(stateAt, state.byteLength / 4);
  // Floats of both sides: that copies bytes.
  const ownState = new Float32Array(state.buffer, state.byteOffset, sharedState.length);
  module.floats(tablesAt, tables.byteLength / 4).set(new Float32Array(tables.buffer));
  sharedState.set(ownState);
  for (let next = 0; ; next++) {
    next = module.run.fillNormal(pointer, next, target.size, deviation, stateAt, tablesAt);
    ownState.set(sharedState);
    if (next === target.size) return target;
    values[next] = draw(state) * deviation;
    sharedState.set(ownState);
  }
}
