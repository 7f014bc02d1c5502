import type { Complaint } from "../checks/complaint.js";
import {
  inconsistencyOfComparison,
  inconsistencyOfDesign,
  inconsistencyOfMeasuredPathLengths,
} from "./comparison.js";
import { inPart } from "./consistency.js";
import { inconsistencyOfModelSummary } from "./model-summary.js";
import { inconsistencyOfPathLengths, inconsistencyOfVarianceProfile } from "./prediction.js";
import { inconsistencyOfProbes } from "./probe.js";
import { inconsistencyOfRun, inconsistencyOfTrainability } from "./run.js";
import { inconsistencyOfBackwardSample } from "./sample/backward-sample.js";
import { inconsistencyOfExtrapolation } from "./sample/extrapolation.js";
import { inconsistencyOfSample } from "./sample/path-sample.js";
import { inconsistencyOfVarianceSample } from "./sample/variance-sample.js";
import type { PrintedDocument } from "./validation.js";

/** What of a document does not go together, though each field is of its type. @internal */
export function inconsistencyOf(document: PrintedDocument): Complaint | undefined {
  switch (document.kind) {
    case "path-lengths":
      return inconsistencyOfPathLengths(document);
    case "measured-path-lengths":
    case "sampled-path-lengths":
    case "predicted-path-lengths":
      return inconsistencyOfMeasuredPathLengths(document);
    case "variance-profile":
      return inconsistencyOfVarianceProfile(document);
    case "comparison":
      return inconsistencyOfComparison(document);
    case "design":
      return inconsistencyOfDesign(document);
    case "sample":
      return inconsistencyOfSample(document);
    case "variance-sample":
      return inconsistencyOfVarianceSample(document);
    case "backward-sample":
      return inconsistencyOfBackwardSample(document);
    case "sample-extrapolation":
      return inconsistencyOfExtrapolation(document);
    case "run":
      return inconsistencyOfRun(document);
    case "trainability":
      return inconsistencyOfTrainability(document);
    case "probes":
      return inconsistencyOfProbes(document);
    case "model-summary":
      return inconsistencyOfModelSummary(document);
    case "sweep":
      return undefined;
    case "validation":
      for (const [name, one] of Object.entries(document.documents)) {
        const complaint = inPart(`documents.${name}`, inconsistencyOf(one));
        if (complaint) return complaint;
      }
      return undefined;
  }
}
