import type { ResidualArchitecture } from "../architecture.js";
import {
  isSameShape,
  type KernelKind,
  type KernelLayerShape,
  type LayerShape,
  outputSize,
} from "../layers/index.js";
import type { BlockShape } from "../stack.js";
import type { StageOfBlocks } from "./network-plan.js";
import { requireShape } from "./require-plannable.js";

/** Blocks of the same shapes, one after the other. */
export interface GeometryRun {
  readonly first: number;
  readonly length: number;
  readonly stage?: StageOfBlocks;
  readonly layers: readonly LayerShape[];
  /** The weights on the skip path, where the shape changes. */
  readonly projection?: LayerShape;
}

/** The layers of weights of a network. */
export interface Geometry {
  readonly depth: number;
  readonly stem: { readonly layer: KernelLayerShape; readonly pooling: number };
  readonly runs: readonly GeometryRun[];
}

export interface UniformShape {
  readonly kind: KernelKind;
  /** Blocks, and the weight layers of the branch of each. */
  readonly depth: number;
  readonly layers: number;
  /** Features of every block, and of what enters the stem. */
  readonly width: number;
  readonly inputs: number;
  /** Side of the maps; 1 for features. */
  readonly size: number;
}

/** The kernel of a convolutional network that follows no architecture. */
const KERNEL = 3;

/**
 * `depth` equal blocks.
 *
 * @throws InvalidArgumentError naming a number that cannot be.
 */
export function uniformGeometry(shape: UniformShape): Geometry {
  requireShape(shape);
  const { kind, depth, width, inputs, size } = shape;
  const layer = {
    kind,
    inputs: width,
    outputs: width,
    kernel: kind === "dense" ? 1 : KERNEL,
    stride: 1,
    size,
  };
  const layers = new Array<LayerShape>(shape.layers).fill(layer);
  return {
    depth,
    stem: { layer: { ...layer, inputs }, pooling: 1 },
    runs: [{ first: 1, length: depth, layers }],
  };
}

export interface ArchitectureShape {
  /** Dense networks take the number and the widths of an architecture's layers and leave its kernels and strides. */
  readonly kind: KernelKind;
  readonly architecture: Pick<ResidualArchitecture, "stem" | "blocks">;
  /** Features of what enters the stem, and the side of its maps. */
  readonly inputs: number;
  readonly size: number;
  /** The architecture's width as this network's; the same if absent. */
  readonly scaled?: (width: number) => number;
  /** Features behind the stem; the architecture's if absent. */
  readonly stemWidth?: number;
}

/** What a dense network has in place of an architecture's kernels, strides and pooling. */
const ONE_SITE = { kernel: 1, stride: 1, pooling: 1 };

/** The blocks of a real network. */
export function architectureGeometry(shape: ArchitectureShape): Geometry {
  const { kind, architecture, inputs, size, scaled = (width) => width } = shape;
  const { stem: given, blocks } = architecture;
  requireShape({ kind, depth: blocks.length, layers: blocks[0]?.layers.length ?? 0, inputs, size });
  const outputs = shape.stemWidth ?? given.width;
  const { kernel, stride, pooling } = kind === "dense" ? ONE_SITE : given;
  const layer = { kind, inputs, outputs, kernel, stride, size };
  const runs: GeometryRun[] = [];
  let entering = { inputs: outputs, size: Math.ceil(outputSize(layer) / pooling) };
  for (const block of blocks) {
    const run = runOf(block, { kind, scaled, ...entering });
    const last = run.layers[run.layers.length - 1];
    entering = { inputs: last.outputs, size: outputSize(last) };
    const before = runs.at(-1);
    if (before && isSame(before, run)) runs[runs.length - 1] = { ...before, length: before.length + 1 };
    else runs.push(run);
  }
  return { depth: blocks.length, stem: { layer, pooling }, runs };
}

interface Entering extends Pick<LayerShape, "inputs" | "size"> {
  readonly kind: KernelKind;
  readonly scaled: (width: number) => number;
}

function runOf({ block, stage, place, transition, layers }: BlockShape, entering: Entering): GeometryRun {
  const { kind, scaled } = entering;
  let { inputs, size } = entering;
  const shapes = layers.map((own): KernelLayerShape => {
    const { kernel, stride } = kind === "dense" ? ONE_SITE : own;
    const layer = { kind, inputs, outputs: scaled(own.width), kernel, stride, size };
    inputs = layer.outputs;
    size = outputSize(layer);
    return layer;
  });
  const run = {
    first: block,
    length: 1,
    stage: { number: stage, first: block - place.index + 1, length: place.length },
    layers: shapes,
  };
  if (!transition) return run;
  const stride = shapes.reduce((product, layer) => product * layer.stride, 1);
  return {
    ...run,
    projection: { kind, inputs: entering.inputs, outputs: inputs, kernel: 1, stride, size: entering.size },
  };
}

/** Whether blocks of the same stage have the same shapes. */
function isSame(one: GeometryRun, other: GeometryRun): boolean {
  if (one.stage?.number !== other.stage?.number || one.projection || other.projection) return false;
  if (one.layers.length !== other.layers.length) return false;
  return one.layers.every((layer, index) => isSameShape(layer, other.layers[index]));
}
