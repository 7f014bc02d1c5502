import type { Field } from "./fields.js";
import { SWITCH, wholeNumber } from "./kinds.js";

/** Of every command that draws anything. */
export const SEED = {
  kind: wholeNumber(0),
  default: 0,
  record: "seed",
  describe: "seed of everything random",
} satisfies Field<number>;

/** Of every command that keeps others out of what it writes. */
export const BREAK_LOCK = {
  kind: SWITCH,
  default: false,
  mayChange: true,
  describe: "take --out from a run on another machine, of which nobody can say from here whether it goes on",
} satisfies Field<boolean>;
