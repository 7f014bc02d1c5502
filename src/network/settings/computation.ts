import { InvalidArgumentError } from "../errors.js";
import { BACKEND_CHOICES, type BackendChoice } from "./backends.js";
import type { Fields } from "./fields.js";
import { oneOf, SWITCH, type TextKind, wholeNumber } from "./kinds.js";
import { IMAGES } from "./run-images.js";

/** Blocks a segment, or whether and how large is decided by the memory needed. */
export type Recompute = "auto" | "none" | number;

/** How a step is computed. */
export interface Computation {
  /**
   * Images that are normalised together, at most; 64 unless it is set, as in the paper, or the batch if that is less. A step
   * goes through the ghost batches of its batch (ghostBatches) and updates once.
   */
  readonly ghostBatch: number;
  /**
   * Threads, of which no more are used than there are ghost batches; the machine's cores unless it is set. The result is the
   * same.
   */
  readonly workers: number;
  /**
   * Residual blocks a segment of recomputation, which trades a second forward pass for memory; `none`; or `auto`, the
   * default: only where the activations would not fit. The result is the same.
   */
  readonly recompute: Recompute;
  /** No Winograd convolutions (setExactConvolutions); false unless it is set. */
  readonly exact: boolean;
  /**
   * Where tensors are computed (startTensors); wasm unless it is set. Results differ in their last bits from one to another.
   */
  readonly backend: BackendChoice;
}

const SEGMENT = "auto, none or a number of blocks a segment";
const BLOCKS = wholeNumber(1);

const RECOMPUTE: TextKind<Recompute> = {
  read: (argument, given) => {
    const text = given.toLowerCase();
    if (text === "auto" || text === "none") return text;
    if (!/^\d+$/.test(text)) throw new InvalidArgumentError(argument, given, SEGMENT);
    return BLOCKS.read(argument, text);
  },
  check: (argument, given) => {
    if (typeof given === "number") return BLOCKS.check(argument, given);
    if (given === "auto" || given === "none") return given;
    throw new InvalidArgumentError(argument, given, SEGMENT);
  },
};

/** Its settings, in the order of --help. Which backend was taken is compared once that is known (circumstancesRecord). */
export const COMPUTATION: Fields<Partial<Computation>, Computation, "ghostBatch" | "workers" | "backend"> = {
  ghostBatch: {
    kind: IMAGES,
    describe: "images normalised together, at most; 64 if absent, or the batch if that is less",
  },
  workers: {
    kind: wholeNumber(1),
    mayChange: true,
    describe: "threads, one ghost batch each (the same result for any number); the machine's cores if absent",
  },
  recompute: {
    kind: RECOMPUTE,
    default: "auto",
    mayChange: true,
    describe:
      "activations computed again instead of kept: auto (only if they do not fit), none, or blocks a segment",
  },
  exact: {
    kind: SWITCH,
    default: false,
    describe: "convolutions as plain sums of products, without Winograd's faster and less exact way",
  },
  backend: {
    kind: oneOf(BACKEND_CHOICES),
    // The command line's; the API's is wasm.
    default: "auto",
    mayChange: true,
    describe:
      "where tensors are computed: auto (the fastest that works), wasm, webgpu, tensorflow (tfjs-node) or cpu (slow)",
  },
};
