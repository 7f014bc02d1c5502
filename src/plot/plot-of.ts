import type { TopLevelSpec } from "vega-lite";
import type { ResultDocument } from "../network/documents.js";
import { InvalidArgumentError } from "../network/errors.js";
import { backwardSample } from "./backward-sample.js";
import { compareSchemes, design } from "./compare.js";
import { convolutionalSample } from "./convolutional-sample.js";
import { measuredPathLengths, pathLengths } from "./path-lengths.js";
import { probes } from "./probes.js";
import { formatOfPath, writePlot } from "./render.js";
import { RESULT_KINDS } from "./result-kinds.js";
import { run } from "./run.js";
import { sample, sampleVariances } from "./sample.js";
import { sampleExtrapolation } from "./sample-extrapolation.js";
import { trainability } from "./trainability.js";
import { validation } from "./validation.js";
import { varianceProfile } from "./variance-profile.js";

/**
 * The picture of a result document, as a self-contained Vega-Lite specification.
 *
 * @throws InvalidArgumentError for a document of an unknown kind.
 * @example
 * ```ts
 * const spec = plotOf(predictPathLengths({ scheme: resolveScheme("batchnorm"), depth: 100 }));
 * spec.$schema; // "https://vega.github.io/schema/vega-lite/v5.json"
 * ```
 */
export function plotOf(document: ResultDocument): TopLevelSpec {
  switch (document.kind) {
    case "path-lengths":
      return pathLengths(document);
    case "measured-path-lengths":
    case "sampled-path-lengths":
    case "predicted-path-lengths":
      return measuredPathLengths(document);
    case "comparison":
      return compareSchemes(document);
    case "design":
      return design(document);
    case "variance-profile":
      return varianceProfile(document);
    case "sample":
      return sample(document);
    case "variance-sample":
      return sampleVariances(document);
    case "backward-sample":
      return backwardSample(document);
    case "sample-extrapolation":
      return sampleExtrapolation(document);
    case "convolutional-sample":
      return convolutionalSample(document);
    case "run":
      return run(document);
    case "trainability":
      return trainability(document);
    case "probes":
      return probes(document);
    case "validation":
      return validation(document);
    default:
      throw new InvalidArgumentError(
        "kind",
        (document as { kind?: unknown }).kind,
        `one of ${RESULT_KINDS.join(", ")}`,
      );
  }
}

/**
 * Draws the picture of a result document to a file, in the format of its extension.
 *
 * @throws InvalidArgumentError for another extension than .vl.json, .svg, .png and .html; OutputError when the file cannot
 * be written.
 */
export async function plotToFile(document: ResultDocument, path: string): Promise<void> {
  formatOfPath(path);
  await writePlot(plotOf(document), path);
}
