import type { SweptCommand } from "../../network/documents/sweep.js";

const OWN_FOLDER = "each job has a folder of its own, which the sweep names";
const GOES_ON = "a sweep keeps checkpoints and goes on from them by itself";
const ELSEWHERE = "where files lie differs from machine to machine: run it with RESPATH_CACHE set instead";
const PRINTED = "a job's result goes into its folder";
const CORES = "the sweep shares out the machine's cores, and results do not depend on them";

/** Options that a sweep's file may not set, since the sweep itself decides them, and why. */
export const WITHHELD: Readonly<Record<SweptCommand, Readonly<Record<string, string>>>> = {
  train: {
    out: OWN_FOLDER,
    overwrite: GOES_ON,
    "break-lock": GOES_ON,
    "checkpoint-every": GOES_ON,
    resume: GOES_ON,
    "load-weights": "a job's id is of its settings, which do not say what is in a file",
    "save-weights": OWN_FOLDER,
    "save-best": OWN_FOLDER,
    dir: ELSEWHERE,
    from: ELSEWHERE,
    workers: CORES,
    summary: "it trains nothing",
    classes: "it is for --summary",
    json: PRINTED,
    plot: PRINTED,
    debug: PRINTED,
  },
  sample: {
    out: OWN_FOLDER,
    "break-lock": GOES_ON,
    dir: ELSEWHERE,
    from: ELSEWHERE,
    workers: CORES,
    widths: "make width an axis of the grid",
    batches: "make batch an axis of the grid",
    "fail-on": "a verdict is a result, and the job that finds it has not failed",
    json: PRINTED,
    plot: PRINTED,
    debug: PRINTED,
  },
};
