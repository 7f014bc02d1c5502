import { CIFAR_SIDE } from "../network/limits.js";
import type { ArchiveLayout } from "./archive-layout.js";

/** One of the six files of CIFAR-10's binary version: `images` records of a label byte and 3072 planar pixel bytes. */
export interface BinaryFile {
  readonly name: string;
  readonly split: Split;
  readonly images: number;
  readonly md5: string;
}

/** What a complete copy of the data set consists of. Tests use a small one of the same form. */
export interface Cifar10Layout extends ArchiveLayout {
  readonly files: readonly BinaryFile[];
}

export type Split = "train" | "test";

/** Red, green and blue plane of 32×32 bytes each, row by row. */
export const IMAGE_BYTES = 3 * CIFAR_SIDE ** 2;
/** A label byte, then the image. */
export const RECORD_BYTES = 1 + IMAGE_BYTES;

/** The ten classes in the order of their labels 0…9. */
export const CIFAR10_CLASS_NAMES: readonly string[] = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];

/** Mean of each channel (red, green, blue) over the 50,000 training images, in units of 255. */
export const CIFAR10_CHANNEL_MEANS = [0.49139968, 0.48215841, 0.44653091] as const;
/** Standard deviation of each channel over all pixels of the training images, in units of 255. */
export const CIFAR10_CHANNEL_DEVIATIONS = [0.24703223, 0.24348513, 0.26158784] as const;

/** The published data set: https://www.cs.toronto.edu/~kriz/cifar.html, binary version. */
export const OFFICIAL_CIFAR10: Cifar10Layout = {
  dataSet: "CIFAR-10",
  archive: "cifar-10-binary.tar.gz",
  folder: "cifar-10-batches-bin",
  files: [
    { name: "data_batch_1.bin", split: "train", images: 10000, md5: "5dd7e06a14cb22eb9f671a540d1b7c25" },
    { name: "data_batch_2.bin", split: "train", images: 10000, md5: "5ea93a67294ea407fff1d09f752e9692" },
    { name: "data_batch_3.bin", split: "train", images: 10000, md5: "942cd6a4bcdd0dd3c604fbe906cb4421" },
    { name: "data_batch_4.bin", split: "train", images: 10000, md5: "ae636b3ba5c66a11e91e8cb52e771fcb" },
    { name: "data_batch_5.bin", split: "train", images: 10000, md5: "53f37980c15c3d472c316c40844f3f0d" },
    { name: "test_batch.bin", split: "test", images: 10000, md5: "803d5f7f4d78ea53de84dbe85f74fb6d" },
  ],
  archiveMd5: "c32a1d4ab5d03f1284b67883e8d87530",
};
