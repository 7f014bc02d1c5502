import { ACTIVATIONS, type Activation } from "../activations.js";
import type { Fields } from "./fields.js";
import { oneOf, type TextKind, wholeNumber } from "./kinds.js";

/** What is chosen of a trained model beside its name and its scheme. */
export interface ModelChoices {
  /** What stands before each weight layer of a branch; the model's own, ReLU for all that have a name, unless it is set. */
  readonly activation?: Activation;
  /**
   * Side of the images in pixels, from 8 to 1024; the model's own unless it is set, such as 32. Images in memory are 32, or 16
   * or 8 averaged down.
   */
  readonly imageSize: number;
}

/** As text it is any size: the data say which of them they have. */
const IMAGE_SIDE: TextKind<number> = { read: wholeNumber(1).read, check: wholeNumber(8, 1024).check };

export const MODEL_CHOICES: Fields<Partial<ModelChoices>, ModelChoices, "imageSize"> = {
  activation: {
    kind: oneOf(ACTIVATIONS),
    describe:
      "what stands before each weight layer of a branch: linear (nothing) or relu; the model's own if absent",
  },
  imageSize: {
    kind: IMAGE_SIDE,
    record: "imageSize",
    describe:
      "side of the images: 32, 16 or 8 (averaged down) for the CIFARs, from 8 to 1024 for a folder; the model's own (32, or 224 for resnet-50-v2) if absent",
  },
};

/** What the summary of a model is told beside. */
export interface SummaryChoices {
  /** Classes of the images; 10 unless it is set. */
  readonly classes: number;
}

export const SUMMARY_CHOICES: Fields<Partial<SummaryChoices>, SummaryChoices> = {
  classes: {
    kind: wholeNumber(2, 1_000_000),
    usual: 10,
    describe: "with --summary: the number of classes; that of --data if absent",
  },
};
