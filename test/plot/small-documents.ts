/** A small document of every kind, with the fields that may be absent; from the API where that is quick. */
import {
  compareDesign,
  compareSchemes,
  largestAlpha,
  measuredPathLengths,
  predictPathLengths,
  predictVarianceProfile,
  resolveScheme,
} from "../../src/analytic/index.js";
import { sampleBackward, sampleNetworks } from "../../src/montecarlo/index.js";
import type { PrintedDocument, RunDocument } from "../../src/network/documents.js";
import { startProvenance } from "../../src/system/provenance.js";
import { summarizeModel } from "../../src/train/index.js";
import {
  extrapolationDocument,
  probesDocument,
  runDocument,
  validationDocument,
  varianceSampleDocument,
} from "./documents.js";
import { sweepDocument } from "./sweep-document.js";

const batchnorm = { scheme: resolveScheme("batchnorm"), depth: 4 };
const sampled = { ...batchnorm, width: 8, batch: 4, trials: 3, within: [1], workers: 1 };

export async function smallDocuments(): Promise<Readonly<Record<PrintedDocument["kind"], PrintedDocument>>> {
  const provenance = startProvenance({ command: "test" })("cpu");
  const profile = { origin: "measured", skip: [1, 2, 1], branch: [1, 1, 0.5] } as const;
  const law = measuredPathLengths({ profile, source: "measured.csv", within: [2] });
  const run: RunDocument = {
    ...runDocument({ depth: 3, steps: 5 }),
    design: {
      skip: "1",
      normPosition: "each",
      normGroups: 2,
      alphaLearned: true,
      convBiases: false,
      dropout: 0.1,
    },
    warmup: { steps: 2 },
    recipe: {
      momentum: 0.9,
      nesterov: false,
      l2: 1e-4,
      l2On: ["convolution"],
      clipNorm: 1,
      labelSmoothing: 0,
    },
    bestTestAccuracy: 0.5,
    bestTestStep: 5,
    tests: [{ step: 5, accuracy: 0.5, loss: 1.5 }],
    badImages: { count: 1, names: ["a.png"] },
    outcomeStep: 5,
    provenance,
  };
  const evidence = { law: { ...law, kind: "measured-path-lengths" as const }, run };
  return {
    "path-lengths": { ...predictPathLengths({ ...batchnorm, within: [1, 2] }), provenance },
    "measured-path-lengths": { ...law, kind: "measured-path-lengths", time: "before" },
    "sampled-path-lengths": { ...law, kind: "sampled-path-lengths" },
    "predicted-path-lengths": { ...law, kind: "predicted-path-lengths", provenance },
    "variance-profile": predictVarianceProfile({ ...batchnorm, activation: "relu" }),
    comparison: compareSchemes({ schemes: [batchnorm.scheme, resolveScheme("sqrt2")], depth: 4, within: 2 }),
    design: compareDesign(largestAlpha({ depth: 6, within: 2, probability: 0.97 })),
    sample: await sampleNetworks({ ...sampled, atBlocks: [2] }),
    "variance-sample": varianceSampleDocument({ scheme: "batchnorm", depth: 4 }),
    "backward-sample": await sampleBackward({ ...sampled, atBlocks: [2] }),
    "sample-extrapolation": extrapolationDocument("width"),
    run,
    trainability: { kind: "trainability", runs: [run, { ...run, outcome: "diverged" }] },
    probes: probesDocument({
      depth: 3,
      schemes: [{ scheme: "batchnorm" }, { scheme: "skipinit", alpha: "0" }],
    }),
    validation: { ...validationDocument(), documents: evidence, provenance },
    sweep: sweepDocument(),
    "model-summary": await summarizeModel({ model: "wrn-10-0.25", scheme: "batchnorm" }),
  };
}
