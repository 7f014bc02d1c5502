import type { Activation } from "../../../network/activations.js";
import { type Complaint, wrong } from "../../../network/checks/complaint.js";
import { inEntries, inPart } from "../../../network/documents/consistency.js";
import type { DocumentFormat } from "../../../network/documents.js";

/**
 * Channels that a layer gives.
 *
 * @asType integer
 * @minimum 1
 * @maximum 16384
 */
export type LayerWidth = number;

/**
 * Side of a kernel, odd; 3 if absent, and 1 for features.
 *
 * @asType integer
 * @minimum 1
 * @maximum 31
 * @not {"multipleOf": 2}
 */
export type KernelSide = number;

/**
 * By how many places a kernel moves; 1 if absent, and for features.
 *
 * @asType integer
 * @minimum 1
 * @maximum 8
 */
export type LayerStride = number;

/** A weight layer of a branch, as written. The last one has the stage's width. */
export interface LayerDescription {
  /** Side of the kernel, odd; 3 if absent, and 1 for features. */
  readonly kernel?: KernelSide;
  /** Channels it gives; the stage's if absent. */
  readonly width?: LayerWidth;
  /** In the first block of the stage, which then has none; 1 if absent. */
  readonly stride?: LayerStride;
}

/** Residual blocks of one shape, one after the other. The first is a transition block if its stride or its width changes the shape. */
export interface StageDescription {
  /**
   * At most 30,000 in all stages together.
   *
   * @asType integer
   * @minimum 1
   * @maximum 30000
   */
  readonly blocks: number;
  /** Channels that leave the blocks. */
  readonly width: LayerWidth;
  /** Of the first block, taken by its first layer with a kernel beyond 1×1, else by its first layer; 1 if absent. */
  readonly stride?: LayerStride;
  /**
   * The weight layers of a branch; two of 3×3 if absent, and one for features.
   *
   * @minItems 1
   * @maxItems 16
   */
  readonly layers?: readonly LayerDescription[];
}

/** The first layer, as written. */
export interface StemDescription {
  readonly width: LayerWidth;
  /** Side of the kernel, odd; 3 if absent, and 1 for features. */
  readonly kernel?: KernelSide;
  /** 1 if absent. */
  readonly stride?: LayerStride;
  /**
   * 2: a 3×3 max-pooling of stride 2 follows; 1, none, if absent, and for features.
   *
   * @asType integer
   * @minimum 1
   * @maximum 2
   */
  readonly pooling?: number;
}

/**
 * A residual network of one's own, as plain data: what a `--model` file holds (docs/models.md,
 * docs/schemas/stack.schema.json).
 */
export interface StackDescription {
  readonly $schema?: string;
  readonly format?: DocumentFormat;
  /**
   * What results call it: not a name that stands for a model already, as files of weights are told apart by it.
   *
   * @title 1 to 60 letters, digits, dots, hyphens and underscores, not beginning as wrn-, fc- or resnet-50-v2
   * @pattern ^(?!([wW][rR][nN]-|[fF][cC]-|[rR][eE][sS][nN][eE][tT]-50-[vV]2$))[A-Za-z0-9_.-]{1,60}$
   */
  readonly name: string;
  /** `images`, maps of three channels, if absent; `features`: the images flattened, and dense layers. */
  readonly input?: "images" | "features";
  /**
   * The usual side of the images; 32 if absent.
   *
   * @asType integer
   * @minimum 1
   * @maximum 4096
   */
  readonly imageSize?: number;
  /** What stands before each weight layer of a branch; `relu` if absent. */
  readonly activation?: Activation;
  readonly stem: StemDescription;
  /** @minItems 1 */
  readonly stages: readonly StageDescription[];
}

/** The most residual blocks of a trained network, and layers of one of their branches. */
export const MOST_TRAINED_BLOCKS = 30_000;
export const MOST_TRAINED_LAYERS = 16;

/** What of a description does not go together: sizes of features, strides and widths that are said twice, and too many blocks. */
export function inconsistencyOfStack({ input, stem, stages }: StackDescription): Complaint | undefined {
  const isFeatures = input === "features";
  const depth = stages.reduce((total, { blocks }) => total + blocks, 0);
  return (
    (isFeatures ? inPart("stem", requireOnes(stem)) : undefined) ??
    inEntries(
      "stages",
      stages,
      (stage) =>
        (isFeatures ? requireOnes({ stride: stage.stride }) : undefined) ??
        inconsistencyOfStage(stage, isFeatures),
    ) ??
    (depth > MOST_TRAINED_BLOCKS
      ? wrong("blocks", depth, `at most ${MOST_TRAINED_BLOCKS} over all stages together`)
      : undefined)
  );
}

function inconsistencyOfStage(
  { width, stride, layers = [] }: StageDescription,
  isFeatures: boolean,
): Complaint | undefined {
  const last = layers.length - 1;
  return (
    inEntries("layers", layers, (layer) => {
      if (stride !== undefined && layer.stride !== undefined) {
        return wrong("stride", layer.stride, "absent where the stage has one");
      }
      return isFeatures ? requireOnes({ kernel: layer.kernel, stride: layer.stride }) : undefined;
    }) ??
    ((layers[last]?.width ?? width) === width
      ? undefined
      : wrong(`layers[${last}].width`, layers[last].width, `${width}, the stage's, or absent`))
  );
}

/** Features have no places to move over. */
function requireOnes({ kernel, stride, pooling }: Partial<StemDescription>): Complaint | undefined {
  const other = Object.entries({ kernel, stride, pooling }).find(([, value]) => (value ?? 1) !== 1);
  return other && wrong(other[0], other[1], "1");
}
