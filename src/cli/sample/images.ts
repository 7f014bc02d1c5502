import type { SampledImages } from "../../montecarlo/index.js";
import { UsageError } from "../../network/errors.js";
import { CIFAR_SIDE } from "../../network/limits.js";
import { checkFields, type Fields } from "../../network/settings/fields.js";
import { NETWORK_INPUT, type NetworkInput } from "../../network/settings/network-sizes.js";
import type { SampleImages } from "../../network/settings/sample-run.js";
import { SEED } from "../../network/settings/shared.js";
import type { WorkContext } from "../interrupt.js";

interface DrawnImages extends NetworkInput {
  readonly seed: number;
}

const DRAWN_IMAGES: Fields<Partial<DrawnImages>, DrawnImages> = { ...NETWORK_INPUT, seed: SEED };

export interface ImageArguments extends Partial<DrawnImages> {
  readonly images: SampleImages;
  readonly imageSize?: number;
  readonly dir?: string;
  readonly from?: string;
}

/**
 * The images of a convolutional network: none for Gaussian noise, else CIFAR-10's training images, standardised, each
 * trial its own until all have been used.
 */
export async function sampledImages(
  argv: ImageArguments,
  { signal, onProgress, log }: WorkContext,
): Promise<SampledImages | undefined> {
  const { images, imageSize = CIFAR_SIDE, dir, from } = argv;
  if (images === "gaussian") return undefined;
  const { batch, convolutional, seed } = checkFields({ fields: DRAWN_IMAGES, settings: argv });
  if (!convolutional) throw new UsageError("--images cifar10 needs --convolutional");
  const { IMAGE_SIZES, loadCifar10, makeBatch, shuffledOrder } = await import("../../data/index.js");
  const { openStream } = await import("../../random/index.js");
  const { requireOneOf } = await import("../../network/nearest.js");
  const size = Number(requireOneOf("--image-size", String(imageSize), IMAGE_SIZES.map(String)));
  const { train, checksums } = await loadCifar10({
    directory: dir,
    from,
    splits: ["train"],
    log,
    onProgress,
    signal,
  });
  if (!train) throw new Error("CIFAR-10 was loaded without its training images");
  const order = shuffledOrder(train.count, openStream({ seed, purpose: "sample-images" }));
  return {
    name: "cifar10",
    checksums,
    batch: (trial) => {
      const indices = Uint32Array.from({ length: batch }, (_, j) => order[(trial * batch + j) % train.count]);
      return makeBatch(train, indices, { imageSize: size as (typeof IMAGE_SIZES)[number] });
    },
  };
}
