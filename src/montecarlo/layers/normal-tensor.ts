import { fillNormal, nextNormal, ZIGGURAT_TABLES } from "../../random/normal.js";
import { openStream, resumeStream, type StreamKey, streamState } from "../../random/stream.js";
import type { tf } from "../../tensor/backend.js";
import { normalDraws } from "../../tensor/sampling/fill-normal.js";
import { computed } from "../../tensor/transfer.js";

/**
 * Independent draws from N(0, `deviation`²) of the key's stream, row by row: what `fillNormal` (src/random) draws, to the
 * last bit.
 */
export function normalTensor(shape: [number, number], key: StreamKey, deviation: number): tf.Tensor2D {
  const draws = normalDraws(shape, {
    state: streamState(key),
    tables: ZIGGURAT_TABLES,
    deviation,
    draw: (state) => {
      const stream = resumeStream(state);
      const value = nextNormal(stream);
      state.set(stream.state());
      return value;
    },
  });
  const body = (target: Float32Array) => fillNormal(target, openStream(key), deviation);
  return draws ?? computed<tf.Rank.R2>(shape, [], body);
}
