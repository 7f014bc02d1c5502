import type { ModelSummaryDocument, SummarizedBlock, SummarizedPart } from "../../network/documents.js";
import { FORMAT } from "../../network/format.js";
import {
  type BlockPlan,
  type LayerShape,
  type NetworkPlan,
  outputSize,
  plannedBlocks,
  summarized,
} from "../../network/plan/index.js";
import { checkFields } from "../../network/settings/fields.js";
import { SUMMARY_CHOICES, type SummaryChoices } from "../../network/settings/model-choices.js";
import { startTensors, tf } from "../../tensor/index.js";
import { labelOf } from "../network/block-label.js";
import type { NetworkDesign } from "../network/design.js";
import { designRecord } from "../network/design-record.js";
import { memoryRoom } from "../network/machine-memory.js";
import { leastMemory, trainingBytes } from "../network/memory.js";
import { createNetwork } from "../network/network.js";
import { operationsAnImage } from "../network/operations.js";
import { planSettings, type TrainSettings } from "../plan/train-plan.js";
import { type PredictedProfile, predictProfileOf } from "../probe/predicted-profile.js";

/** Those of a run; what the model does not depend on is checked as there. */
export interface ModelSummaryOptions
  extends Omit<TrainSettings, "recompute" | "steps" | "epochs" | "warmup">,
    Partial<SummaryChoices> {}

/**
 * What a model is under a scheme: its blocks, what they learn and cost, the memory of a training step, and the predicted variance
 * profile and path lengths. Nothing is loaded or trained. A model that does not fit into memory has a summary as well.
 *
 * @throws InvalidArgumentError naming the setting.
 * @example
 * ```ts
 * const summary = await summarizeModel({ model: "resnet-50-v2", scheme: "batchnorm", imageSize: 64, classes: 1000 });
 * summary.parameters; // 25549352
 * ```
 */
export async function summarizeModel(options: ModelSummaryOptions): Promise<ModelSummaryDocument> {
  const settings = planSettings(options);
  const { architecture, scheme, design, batch, ghostBatch, largest, workers, imageSize } = settings;
  const { plan } = design;
  const { classes } = checkFields({ fields: SUMMARY_CHOICES, settings: options });
  const predicted = predictProfileOf({ plan });
  const operations = operationsAnImage(plan, classes);
  const parts = partsOf({
    plan,
    classes,
    predicted,
    operations,
    parameters: await countParameters(design, classes),
  });
  const memory = { plan, classes, batch: largest };
  const segment = leastMemory(memory);
  return {
    kind: "model-summary",
    format: FORMAT,
    model: architecture.name,
    activation: architecture.activation,
    scheme: scheme.name,
    ...(scheme.alpha === undefined ? {} : { alpha: scheme.alpha }),
    design: designRecord(design, scheme),
    depth: architecture.depth,
    imageSize,
    classes,
    batch,
    ghostBatch,
    workers,
    ...parts,
    parameters: [parts.stem, ...parts.blocks, parts.head].reduce((sum, part) => sum + part.parameters, 0),
    operations: { forward: operations.forward, step: batch * operations.step },
    memory: {
      none: trainingBytes(memory),
      least: { segment, bytes: trainingBytes({ ...memory, segment }) },
      available: memoryRoom({ plan, workers }).bytes,
    },
    predicted: {
      meanLength: predicted.lengths?.mean ?? null,
      quantile97: predicted.lengths?.quantile(0.97) ?? null,
      assumptions: predicted.assumptions,
    },
  };
}

interface ParameterCounts {
  readonly stem: number;
  /** i = 1…d. */
  readonly blocks: readonly number[];
  readonly head: number;
}

/** Counted where they are made: in a network with one block of each shape, which is then thrown away. */
async function countParameters({ plan, parts }: NetworkDesign, classes: number): Promise<ParameterCounts> {
  const shapeOf = ({ layers, skip }: BlockPlan) => JSON.stringify([layers, skip]);
  // The last of each shape, so that the last block is among them: the head follows it.
  const distinct = [...new Map(plan.runs.map((run) => [shapeOf(run.block), run])).values()].sort(
    (one, other) => one.first - other.first,
  );
  const runs = distinct.map(({ block }, index) => ({ first: index + 1, length: 1, block }));
  const counts = await sizesOfPieces({ plan: { ...plan, depth: runs.length, runs }, parts }, classes);
  const ofShape = new Map(distinct.map(({ block }, index) => [shapeOf(block), counts[index + 1]]));
  return {
    stem: counts[0],
    blocks: plan.runs.flatMap(({ block, length }) =>
      new Array<number>(length).fill(ofShape.get(shapeOf(block))!),
    ),
    head: counts[counts.length - 1],
  };
}

/** On plain arrays: a model may be larger than a WebAssembly memory. */
async function sizesOfPieces(
  design: Pick<NetworkDesign, "plan" | "parts">,
  classes: number,
): Promise<number[]> {
  const before = tf.getBackend();
  await startTensors("cpu");
  try {
    const network = createNetwork({ design, classes, seed: 0 });
    network.dispose();
    return network.pieces.map(({ parameters }) =>
      parameters.reduce((total, { variable }) => total + variable.size, 0),
    );
  } finally {
    if (before) await tf.setBackend(before);
  }
}

interface PartsOptions {
  readonly plan: NetworkPlan;
  readonly classes: number;
  readonly parameters: ParameterCounts;
  readonly operations: ReturnType<typeof operationsAnImage>;
  readonly predicted: PredictedProfile;
}

function partsOf({ plan, classes, parameters, operations, predicted }: PartsOptions) {
  const { layer } = plan.stem;
  const entering = enteringMap(plan.runs[0].block.layers[0]);
  const stem: SummarizedPart = {
    input: enteringMap(layer),
    output: entering,
    parameters: parameters.stem,
    operations: operations.stem,
  };
  const blocks = Array.from(plannedBlocks(plan), (at, index): SummarizedBlock => {
    const { layers } = at.plan;
    return {
      ...labelOf(at),
      input: enteringMap(layers[0]),
      output: leavingMap(layers[layers.length - 1]),
      layers: layers.map(summarized),
      parameters: parameters.blocks[index],
      operations: operations.blocks[index],
      ...pathsOf(predicted, index),
    };
  });
  const head: SummarizedPart = {
    input: blocks[blocks.length - 1].output,
    output: [1, 1, classes],
    parameters: parameters.head,
    operations: operations.head,
  };
  return { stem, blocks, head };
}

function enteringMap({ size, inputs }: LayerShape) {
  return [size, size, inputs] as const;
}

function leavingMap(layer: LayerShape) {
  return [outputSize(layer), outputSize(layer), layer.outputs] as const;
}

/** Predicted variances of a block, and q in the moment that is counted. */
function pathsOf({ blocks, counted }: PredictedProfile, index: number) {
  const { skip, branch, skipMeanSquared, branchMeanSquared } = blocks[index];
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  const [s, b] =
    counted === "variance" ? [skip, branch] : [skip + skipMeanSquared, branch + branchMeanSquared];
  return { skip: finite(skip), branch: finite(branch), share: finite(b / (s + b)) };
}
