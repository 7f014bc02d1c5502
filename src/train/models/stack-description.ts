import type { Activation } from "../../network/activations.js";

/** A weight layer of a branch, as written. */
export interface LayerDescription {
  /** Side of the kernel, odd; 3 if absent, and 1 for features. */
  readonly kernel?: number;
  /** Channels it gives; the stage's if absent. */
  readonly width?: number;
  /** In the first block of the stage; 1 if absent. */
  readonly stride?: number;
}

/** Residual blocks of one shape, one after the other. */
export interface StageDescription {
  readonly blocks: number;
  /** Channels that leave the blocks. */
  readonly width: number;
  /** Of the first block, taken by its first layer with a kernel beyond 1×1, else by its first layer; 1 if absent. */
  readonly stride?: number;
  /** The weight layers of a branch; two of 3×3 if absent, and one for features. */
  readonly layers?: readonly LayerDescription[];
}

/** A residual network of one's own, as plain data: what a `--model` file holds (docs/models.md, docs/stack.schema.json). */
export interface StackDescription {
  readonly $schema?: string;
  readonly name: string;
  /** `images` if absent; `features`: the images flattened, and dense layers. */
  readonly input?: "images" | "features";
  /** The usual side of the images; 32 if absent. */
  readonly imageSize?: number;
  /** What stands before each weight layer of a branch; `relu` if absent. */
  readonly activation?: Activation;
  readonly stem: {
    /** Channels. */
    readonly width: number;
    /** Side of the kernel, odd; 3 if absent, and 1 for features. */
    readonly kernel?: number;
    /** 1 if absent. */
    readonly stride?: number;
    /** 2: a 3×3 max-pooling of stride 2 follows; 1, none, if absent. */
    readonly pooling?: number;
  };
  readonly stages: readonly StageDescription[];
}
