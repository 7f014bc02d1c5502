import type { Verdict } from "../network/documents/verdict.js";
import type { Claim, TrainabilityDocument } from "../network/documents.js";
import { largest } from "../network/extremes.js";
import { CONFIDENCE } from "../network/settings/judgement.js";
import { type JudgedRun, judgeRun, statusOfRuns } from "./judged-run.js";

/** The runs of claim 5 and what Tables 1 and 2 say of them at n = 100. */
export const TABLE_2_RUNS = [
  {
    name: "batchnorm",
    title: "BatchNorm",
    scheme: "batchnorm",
    learningRate: 2 ** -3,
    shows: "trains",
    printed: "94.7 ± 0.1 %",
  },
  {
    name: "skipinit-sqrt",
    title: "SkipInit 1/√d",
    scheme: "skipinit",
    alpha: "1/sqrt(d)",
    learningRate: 2 ** -3,
    shows: "trains",
    printed: "94.2 ± 0.1 %",
  },
  {
    name: "skipinit-0",
    title: "SkipInit 0",
    scheme: "skipinit",
    alpha: "0",
    learningRate: 2 ** -3,
    shows: "trains",
    printed: "94.2 ± 0.1 %",
  },
  {
    name: "skipinit-1",
    title: "SkipInit 1",
    scheme: "skipinit",
    alpha: "1",
    learningRate: 2 ** -8,
    shows: "cannot-be-trained",
    printed: "cannot be trained",
  },
  {
    name: "sqrt2",
    title: "divide by √2",
    scheme: "sqrt2",
    learningRate: 2 ** -5,
    shows: "trains-poorly",
    printed: "88.9 ± 0.4 %",
  },
] as const;

/** Of shorter runs nothing agrees: the schemes that train leave chance after some 50 steps. */
const FEWEST_STEPS = 100;

/** The paper's length of training, and the images that CIFAR-10 trains on. */
const [PRINTED_EPOCHS, IMAGES] = [200, 50_000];

/** Claim 5: what a short training of a deep, narrow network on real CIFAR-10 shows of Tables 1 and 2. */
export function claimTable2(document: TrainabilityDocument): Claim {
  const { runs } = document;
  const [first] = runs;
  const judged = runs.map((run, index) => judgeRun(run, TABLE_2_RUNS[index]));
  const steps = largest(runs.map((run) => run.steps));
  return {
    id: "table-2",
    title: "Networks of 100 layers train where the branches start small",
    statement:
      "De & Smith 2020, Tables 1 and 2: an n = 100 Wide-ResNet reaches 94.7 % with BatchNorm and 94.2 % with SkipInit (α = 1/√d or 0) after 200 epochs; with α = 1 it cannot be trained; dividing by √2 reaches 88.9 % at n = 100 and cannot be trained at n = 1000.",
    numbers: judged.map(({ row }) => row),
    verdict: verdictHere(judged, steps),
    atPaperScale: verdictAtPaperScale(judged, { steps, batch: first.batch }),
    scaledDown: [
      `${first.model} on images averaged down to ${first.imageSize}×${first.imageSize} instead of 100-2 at 32×32; batch ${first.batch}`,
      `${steps} steps instead of ${PRINTED_EPOCHS} epochs; one seed a scheme, and one learning rate instead of the best of a grid; the outcome is judged by the training loss (chance: ln 10 = 2.303), not by test accuracy`,
      "SkipInit 1 diverges at a learning rate far below the others': a larger one only diverges sooner",
    ],
    pictures: ["table-2"],
  };
}

/**
 * Of what these steps show. That a run leaves chance is sure to {@link CONFIDENCE}: its loss lies two standard errors of 20 steps or more
 * below, and as all must, no correction is due.
 */
function verdictHere(judged: readonly JudgedRun[], steps: number): Verdict {
  const found = statusOfRuns(judged);
  const isTooShort = steps < FEWEST_STEPS && found !== "differs";
  const status = isTooShort ? "cannot-tell" : found;
  const unjudged = judged.filter(({ row }) => row.notJudged !== undefined);
  const sentences = [
    `in ${steps} steps ${outcomesOf(judged)}`,
    ...judged.filter(({ row }) => row.status === "differs").map(inThePaper),
    ...(isTooShort ? [`a verdict needs at least ${FEWEST_STEPS} steps`] : []),
    ...(status === "agrees" ? ["as far as they go, these are the outcomes of Tables 1 and 2"] : []),
    ...(status === "cannot-tell" && !isTooShort ? ["what did not leave chance may train slowly"] : []),
    ...unjudged.map(
      ({ title, printed, row }) => `${title} (${printed} in the paper) is not judged: ${row.notJudged}`,
    ),
  ];
  return { status, reason: sentences.join("; "), confidence: CONFIDENCE };
}

/** Of the accuracies of Tables 1 and 2 after 200 epochs: only a run that diverged says something of them. */
function verdictAtPaperScale(
  judged: readonly JudgedRun[],
  { steps, batch }: { readonly steps: number; readonly batch: number },
): Verdict {
  const settled = judged.filter(({ hasDiverged }) => hasDiverged);
  const against = settled.filter(({ row }) => row.status === "differs");
  const open = judged.filter(({ hasDiverged }) => !hasDiverged);
  const epochs = Number(((steps * batch) / IMAGES).toPrecision(2));
  const length = `${steps} steps of batch ${batch} are ${epochs} epochs, the paper's accuracies are those after ${PRINTED_EPOCHS}, and test accuracy is not measured here`;
  const sentences = [
    ...against.map((run) => `${run.title} ${run.did}; ${inThePaper(run)}`),
    ...(open.length > 0
      ? [`${length}: ${listed(open.map(({ title }) => title))} cannot be judged by that`]
      : []),
    ...settled
      .filter((run) => !against.includes(run))
      .map((run) => `settled is ${run.title}, which ${run.did} and in the paper ${run.printed}`),
  ];
  return {
    status: against.length > 0 ? "differs" : "cannot-tell",
    reason: sentences.join("; "),
    confidence: CONFIDENCE,
  };
}

/** "BatchNorm and SkipInit 0 left chance, SkipInit 1 diverged at step 2". */
function outcomesOf(judged: readonly JudgedRun[]): string {
  const outcomes = [...new Set(judged.map(({ did }) => did))];
  const titles = (what: string) => judged.filter(({ did }) => did === what).map(({ title }) => title);
  return outcomes.map((what) => `${listed(titles(what))} ${what}`).join(", ");
}

function inThePaper({ title, printed }: JudgedRun): string {
  return `in the paper ${title} ${printed.includes("%") ? `reaches ${printed}` : printed}`;
}

/** "a, b and c". */
function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
