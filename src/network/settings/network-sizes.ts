import { MOST_FEATURES } from "../limits.js";
import type { Fields } from "./fields.js";
import { INPUT_VARIANCE, SWITCH, type TextKind, wholeNumber } from "./kinds.js";

/** What goes through a sampled network. */
export interface NetworkInput {
  /** s_0, the variance of what enters block 1, from 1e-300 to 1e300; 1 unless it is set. */
  readonly inputVariance: number;
  /**
   * Inputs that go through a network together; 64 unless it is set. Infinity for `predictNetwork` and `predictBackward`, as so
   * many that their number does not matter; a sample needs a whole number.
   */
  readonly batch: number;
  /** Whether it is a convolutional network; not unless it is set. */
  readonly convolutional: boolean;
}

/** The sizes of a dense network. */
export interface DenseSizes {
  /** Features of the (first) block; 128 unless it is set. */
  readonly width: number;
  /** Dimensions of the Gaussian input; 100 unless it is set. */
  readonly inputDimension: number;
}

/** The sizes of a convolutional network. */
export interface MapSizes {
  /** Channels of the (first) block; 16 unless it is set. */
  readonly channels: number;
  /** Side of the images; the architecture's or 32 unless it is set. */
  readonly imageSize: number;
  /** Channels of the images; 3 unless it is set. */
  readonly imageChannels: number;
}

const WHOLE = wholeNumber(1);
const BATCH: TextKind<number> = {
  read: WHOLE.read,
  check: (argument, batch) => (batch === Number.POSITIVE_INFINITY ? batch : WHOLE.check(argument, batch)),
};

export const NETWORK_INPUT: Fields<Partial<NetworkInput>, NetworkInput> = {
  inputVariance: {
    kind: INPUT_VARIANCE,
    usual: 1,
    before: 1,
    describe: "s_0, the variance of what enters block 1; 1 if absent",
  },
  batch: { kind: BATCH, default: 64, describe: "inputs that go through together" },
  convolutional: { kind: SWITCH, default: false, describe: "3×3 convolutions on maps, zero padding" },
};

export const DENSE_SIZES: Fields<Partial<DenseSizes>, DenseSizes> = {
  width: {
    kind: wholeNumber(1, MOST_FEATURES),
    usual: 128,
    describe: "features of every block; 128 if absent",
  },
  inputDimension: {
    kind: wholeNumber(1),
    usual: 100,
    describe: "dimensions of the Gaussian input; 100 if absent",
  },
};

export const MAP_SIZES: Fields<Partial<MapSizes>, MapSizes, "imageSize"> = {
  channels: {
    kind: wholeNumber(1, MOST_FEATURES),
    usual: 16,
    describe: "convolutional: channels; 16 if absent",
  },
  imageSize: { kind: wholeNumber(1, 4096), describe: "convolutional: side of the images" },
  imageChannels: { kind: wholeNumber(1), usual: 3 },
};
