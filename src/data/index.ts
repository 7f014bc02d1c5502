export { type BatchOptions, IMAGE_SIZES, type ImageSize, makeBatch, makeLabels } from "./batch.js";
export { type BatchesOptions, batchesInOrder } from "./batches-in-order.js";
export {
  CIFAR10_CHANNEL_DEVIATIONS,
  CIFAR10_CHANNEL_MEANS,
  CIFAR10_CLASS_NAMES,
  type Split,
} from "./cifar10-layout.js";
export { DataOrder, type DataOrderOptions, shuffledOrder } from "./data-order.js";
export {
  CIFAR10_SOURCES,
  type Cifar10Source,
  type FetchCifar10Options,
  type FetchedCifar10,
  fetchCifar10,
} from "./fetch-cifar10.js";
export type { FetchOptions } from "./fetch-options.js";
export type { DecodingOptions } from "./folder-images.js";
export type { FolderLayout } from "./folder-layout.js";
export {
  asImageSource,
  type BatchRequest,
  type ImageSource,
  type Images,
  type ImagesAndLabels,
} from "./image-source.js";
export type { LabelledImages, Standardisation } from "./labelled-images.js";
export {
  type LoadCifar10Options,
  type LoadedCifar10,
  loadCifar10,
} from "./load-cifar10.js";
export { type LoadedCifar100, loadCifar100 } from "./load-cifar100.js";
export { type ImageFolder, type ImageFolderOptions, loadImageFolder } from "./load-image-folder.js";
export { type Crop, type Extent, randomResizedCrop } from "./random-crop.js";
