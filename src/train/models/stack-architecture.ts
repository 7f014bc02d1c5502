import { ACTIVATIONS } from "../../network/activations.js";
import { architectureOfStack } from "../../network/architecture.js";
import { InvalidArgumentError } from "../../network/errors.js";
import type { ConvolutionShape, StageShape, StemShape } from "../../network/stack.js";
import type { Architecture } from "../architecture.js";
import { Fields } from "./fields.js";
import type { StackDescription } from "./stack-description.js";

/** The most channels of a layer: a square matrix of them takes 1 GB. */
export const MOST_CHANNELS = 2 ** 14;
/** The most residual blocks of a network. */
export const MOST_BLOCKS = 30_000;
/** The most weight layers of a branch. */
export const MOST_LAYERS = 16;
const LARGEST_KERNEL = 31;
const LARGEST_STRIDE = 8;
const LARGEST_IMAGE = 4096;

const STACK_FIELDS = ["$schema", "name", "input", "imageSize", "activation", "stem", "stages"];
const STEM_FIELDS = ["width", "kernel", "stride", "pooling"];
const STAGE_FIELDS = ["blocks", "width", "stride", "layers"];
const LAYER_FIELDS = ["kernel", "width", "stride"];

type Input = Architecture["input"];

export interface StackOptions {
  /** What the description was read from, for messages; "model" if absent. */
  readonly source?: string;
}

/**
 * The architecture of a description, which is checked as if it came from a file.
 *
 * @throws InvalidArgumentError naming the field by its path, such as `stages[1].width`, and what it may be.
 * @example
 * ```ts
 * const { blocks } = parseModel({
 *   name: "bottlenecks",
 *   stem: { width: 16 },
 *   stages: [{ blocks: 2, width: 64, layers: [{ kernel: 1, width: 16 }, { width: 16 }, { kernel: 1 }] }],
 * });
 * blocks[1].layers[0].inputWidth; // 64
 * ```
 */
export function stackArchitecture(
  description: StackDescription,
  { source = "model" }: StackOptions = {},
): Architecture {
  const fields = new Fields(description, { source, known: STACK_FIELDS });
  const name = nameOf(fields);
  const input = fields.oneOf<Input>("input", ["images", "features"], "images");
  const activation = fields.oneOf("activation", ACTIVATIONS, "relu");
  const imageSize = fields.wholeNumber("imageSize", { most: LARGEST_IMAGE, absent: 32 });
  const stem = stemOf(fields.object("stem", STEM_FIELDS), input);
  const listed = fields.objects("stages", STAGE_FIELDS);
  if (!listed) throw fields.error("stages", "a list of at least one object");
  const stages = listed.map((stage) => stageOf(stage, input));
  const depth = stages.reduce((total, { blocks }) => total + blocks, 0);
  if (depth > MOST_BLOCKS) {
    throw new InvalidArgumentError(
      `${source}: blocks`,
      depth,
      `at most ${MOST_BLOCKS} over all stages together`,
    );
  }
  return { ...architectureOfStack({ name, imageSize, stem, stages }), input, activation, description };
}

/** Not a name that stands for a network already: files of weights are told apart by it. */
function nameOf(fields: Fields): string {
  const allowed =
    "1 to 60 letters, digits, dots, hyphens and underscores, not beginning as wrn-, fc- or resnet-50-v2";
  return fields.text("name", /^(?!(wrn-|fc-|resnet-50-v2$))[\w.-]{1,60}$/i, allowed);
}

function stemOf(fields: Fields, input: Input): StemShape {
  return {
    kernel: kernelOf(fields, input),
    stride: strideOf(fields, input),
    pooling: fields.wholeNumber("pooling", { most: input === "images" ? 2 : 1, absent: 1 }),
    width: fields.wholeNumber("width", { most: MOST_CHANNELS }),
  };
}

function stageOf(fields: Fields, input: Input): StageShape {
  const width = fields.wholeNumber("width", { most: MOST_CHANNELS });
  const blocks = fields.wholeNumber("blocks", { most: MOST_BLOCKS });
  const stride = strideOf(fields, input);
  const listed = fields.objects("layers", LAYER_FIELDS);
  if (listed && listed.length > MOST_LAYERS) throw fields.error("layers", `a list of at most ${MOST_LAYERS}`);
  const layers = listed?.map((layer) => layerOf(layer, { input, width })) ?? usualLayers(input, width);
  if (layers[layers.length - 1].width !== width) {
    throw listed!.at(-1)!.error("width", `${width}, the stage's, or absent`);
  }
  if (!fields.has("stride")) return { blocks, layers };
  const stated = listed?.find((layer) => layer.has("stride"));
  if (stated) throw stated.error("stride", "absent where the stage has one");
  const taker = Math.max(
    0,
    layers.findIndex(({ kernel }) => kernel > 1),
  );
  return { blocks, layers: layers.map((layer, index) => (index === taker ? { ...layer, stride } : layer)) };
}

function layerOf(
  fields: Fields,
  { input, width }: { readonly input: Input; readonly width: number },
): ConvolutionShape {
  return {
    kernel: kernelOf(fields, input),
    stride: strideOf(fields, input),
    width: fields.wholeNumber("width", { most: MOST_CHANNELS, absent: width }),
  };
}

function usualLayers(input: Input, width: number): ConvolutionShape[] {
  return input === "features"
    ? [{ kernel: 1, stride: 1, width }]
    : [
        { kernel: 3, stride: 1, width },
        { kernel: 3, stride: 1, width },
      ];
}

function kernelOf(fields: Fields, input: Input): number {
  const most = input === "images" ? LARGEST_KERNEL : 1;
  return fields.wholeNumber("kernel", { most, absent: Math.min(3, most), isOdd: true });
}

function strideOf(fields: Fields, input: Input): number {
  return fields.wholeNumber("stride", { most: input === "images" ? LARGEST_STRIDE : 1, absent: 1 });
}
