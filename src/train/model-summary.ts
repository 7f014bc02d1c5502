import type { ModelSummaryDocument, SummarizedBlock, SummarizedPart } from "../network/documents.js";
import { requireInteger } from "../network/domain.js";
import { FORMAT } from "../network/format.js";
import { startTensors, tf } from "../tensor/index.js";
import { type Architecture, finalWidth, inputWidth, mapSides } from "./architecture.js";
import { designRecord } from "./design-record.js";
import { memoryRoom } from "./machine-memory.js";
import { leastMemory, trainingBytes } from "./memory.js";
import { createNetwork, type NetworkOptions } from "./network.js";
import { operationsAnImage } from "./operations.js";
import { planSettings, type TrainSettings } from "./plan.js";
import { type PredictedProfile, predictProfileOf } from "./predicted-profile.js";

/** Those of a run; what the model does not depend on is checked as there. */
export type ModelSummaryOptions = Omit<TrainSettings, "recompute" | "steps" | "epochs" | "warmup"> & {
  /** 10 if absent. */
  readonly classes?: number;
};

const MOST_CLASSES = 1_000_000;

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
  const plan = planSettings(options);
  const { architecture, scheme, design, batch, ghostBatch, largest, workers, imageSize } = plan;
  const classes = requireInteger("classes", options.classes ?? 10, 2, MOST_CLASSES);
  const size = { architecture, imageSize, classes };
  const predicted = predictProfileOf({ architecture, design, imageSize });
  const operations = operationsAnImage(architecture, imageSize, classes);
  const parts = partsOf({
    ...size,
    predicted,
    operations,
    parameters: await countParameters({ ...size, design, seed: 0 }),
  });
  const memory = { ...size, batch: largest };
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
      available: memoryRoom({ architecture, imageSize, workers }).bytes,
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
async function countParameters(options: NetworkOptions): Promise<ParameterCounts> {
  const { architecture } = options;
  const shapeOf = ({ layers, transition }: Architecture["blocks"][number]) =>
    JSON.stringify([transition, layers]);
  // The last of each shape, so that the last block is among them: the head follows it.
  const distinct = [...new Map(architecture.blocks.map((block) => [shapeOf(block), block])).values()].sort(
    (a, b) => a.block - b.block,
  );
  const counts = await sizesOfPieces({ ...options, architecture: { ...architecture, blocks: distinct } });
  const ofShape = new Map(distinct.map((block, index) => [shapeOf(block), counts[index + 1]]));
  return {
    stem: counts[0],
    blocks: architecture.blocks.map((block) => ofShape.get(shapeOf(block))!),
    head: counts[counts.length - 1],
  };
}

/** On plain arrays: a model may be larger than a WebAssembly memory. */
async function sizesOfPieces(options: NetworkOptions): Promise<number[]> {
  const before = tf.getBackend();
  await startTensors("cpu");
  try {
    const network = createNetwork(options);
    network.dispose();
    return network.pieces.map(({ parameters }) =>
      parameters.reduce((total, { variable }) => total + variable.size, 0),
    );
  } finally {
    if (before) await tf.setBackend(before);
  }
}

interface PartsOptions {
  readonly architecture: Architecture;
  readonly imageSize: number;
  readonly classes: number;
  readonly parameters: ParameterCounts;
  readonly operations: ReturnType<typeof operationsAnImage>;
  readonly predicted: PredictedProfile;
}

function partsOf(options: PartsOptions) {
  const { architecture, imageSize, classes, parameters, operations, predicted } = options;
  const sides = mapSides(architecture, imageSize);
  const map = (index: number, channels: number) => [sides[index], sides[index], channels] as const;
  const side = architecture.input === "images" ? imageSize : 1;
  const stem: SummarizedPart = {
    input: [side, side, inputWidth(architecture, imageSize)],
    output: map(0, architecture.stem.width),
    parameters: parameters.stem,
    operations: operations.stem,
  };
  const blocks = architecture.blocks.map((shape, index): SummarizedBlock => {
    const { block, stage, transition, layers, inputWidth, width } = shape;
    return {
      block,
      stage,
      transition,
      input: map(index, inputWidth),
      output: map(index + 1, width),
      layers: layers.map(({ kernel, stride, width }) => ({ kernel, stride, width })),
      parameters: parameters.blocks[index],
      operations: operations.blocks[index],
      ...pathsOf(predicted, index),
    };
  });
  const head: SummarizedPart = {
    input: map(architecture.depth, finalWidth(architecture)),
    output: [1, 1, classes],
    parameters: parameters.head,
    operations: operations.head,
  };
  return { stem, blocks, head };
}

/** Predicted variances of a block, and q in the moment that is counted. */
function pathsOf({ blocks, counted }: PredictedProfile, index: number) {
  const { skip, branch, skipMeanSquared, branchMeanSquared } = blocks[index];
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  const [s, b] =
    counted === "variance" ? [skip, branch] : [skip + skipMeanSquared, branch + branchMeanSquared];
  return { skip: finite(skip), branch: finite(branch), share: finite(b / (s + b)) };
}
