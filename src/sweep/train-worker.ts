import type { RunDocument } from "../network/documents.js";
import { type TrainOptions, train } from "../train/index.js";
import type { TrainingJob, TrainProgress } from "./train-in-workers.js";
import { worker } from "./worker.js";

/** Trains one network in a worker thread. */
export default worker<TrainingJob & Pick<TrainOptions, "data">, RunDocument, TrainProgress>(
  (job, { report, signal }) =>
    train({
      ...job,
      signal,
      onStep: (metrics, steps) => report({ metrics, steps }),
      onEvaluation: (done, total) => report({ evaluated: done, of: total }),
    }),
);
