import { join } from "node:path";
import { requireInteger } from "../network/domain.js";
import { DataError } from "../network/errors.js";
import { requireIndices } from "./batch.js";
import type { ClassFolder } from "./class-folders.js";
import { classNameOf } from "./class-names.js";
import type { DecodeFailure, DecodeReply } from "./decode-messages.js";
import { DecodeThread } from "./decode-thread.js";
import type { BatchRequest, ImageSource, ImagesAndLabels } from "./image-source.js";

/** The smallest side of an image that a network is given, and the largest. */
const [LEAST, MOST] = [8, 1024] as const;
/** Batches that are decoded in advance. */
const AHEAD = 2;
/** Images that an error names. */
const NAMED = 5;

/** How images are decoded. */
export interface DecodingOptions {
  /**
   * How many of the training images may turn out to be damaged, and of the test images; 10, or 0.1 % of them if that is
   * more, if absent.
   */
  readonly maxBadImages?: number;
  /**
   * Images decoded at the same time; as many as the machine has cores, four at most, if absent. The result is the
   * same.
   */
  readonly tasks?: number;
}

export interface FolderImagesOptions extends DecodingOptions {
  /** The folder of the class folders. */
  readonly directory: string;
  /** What comes before a class in the names of damaged images: "" or a folder and `/`. */
  readonly prefix: string;
  readonly classes: readonly ClassFolder[];
  /** All classes there are, in the order of the labels. */
  readonly classNames: readonly string[];
}

/** A file, its place in a batch, and which it is of the files that were tried for this place. */
interface Wanted {
  readonly file: number;
  readonly place: number;
  readonly tried: number;
}

/**
 * Images in class folders, decoded when they are asked for. Label c is the place of the image's class among `classNames`.
 * Images are counted across the classes: the first of each class, then the second of each, and so on, so that the first
 * ones are of all classes. In the place of an image that cannot be decoded comes the next one of its class (after the last,
 * the first), with the crop that the other would have had.
 */
export class FolderImages implements ImageSource {
  readonly count: number;
  readonly classNames: readonly string[];
  readonly ahead = AHEAD;
  readonly #options: FolderImagesOptions;
  readonly #limit: number;
  /** The files of all classes are numbered one after the other: the first of each class that is here, and `count`. */
  readonly #starts: readonly number[];
  /** The file of each image. */
  readonly #files: Uint32Array;
  /** Of each class that is here. */
  readonly #labels: readonly number[];
  /** Why, by file. */
  readonly #bad = new Map<number, string>();
  #thread: Promise<DecodeThread> | undefined;

  constructor(options: FolderImagesOptions) {
    const { classes, classNames } = options;
    const starts = [0];
    for (const { files } of classes) starts.push(starts[starts.length - 1]! + files.length);
    this.#starts = starts;
    this.#files = acrossClasses(starts);
    this.#labels = classes.map(({ name }) => classNames.indexOf(classNameOf(name)));
    this.#options = options;
    this.count = starts[classes.length]!;
    this.classNames = classNames;
    this.#limit = options.maxBadImages ?? Math.max(10, Math.floor(this.count / 1000));
  }

  get badImages(): readonly string[] {
    const { prefix } = this.#options;
    return [...this.#bad.keys()].sort((a, b) => a - b).map((file) => prefix + this.#nameOf(file));
  }

  requireImageSize(imageSize: number): void {
    requireInteger("image size", imageSize, LEAST, MOST);
  }

  /**
   * @throws InvalidArgumentError for an index or a size that is none; DataError when more images are damaged than may be, or
   * all of a class.
   */
  async batch({ indices, imageSize, augment, signal }: BatchRequest): Promise<ImagesAndLabels> {
    this.requireImageSize(imageSize);
    requireIndices(this, indices);
    this.#thread ??= DecodeThread.start(this.#options.tasks);
    const thread = await this.#thread;
    const decode = (wanted: readonly Wanted[]) => {
      const paths = wanted.map(({ file }) => join(this.#options.directory, this.#nameOf(file)));
      const places = wanted.map(({ place }) => place);
      return thread.decode({ paths, places, imageSize, augment }, signal);
    };
    const first = Array.from(indices, (index, place) => ({ file: this.#files[index]!, place, tried: 1 }));
    const { images, failures } = await decode(first);
    let missing = this.#nextOf(first, failures);
    while (missing.length > 0) {
      const reply = await decode(missing);
      spread(reply, missing, images);
      missing = this.#nextOf(missing, reply.failures);
    }
    return {
      images,
      labels: Int32Array.from(indices, (index) => this.#labels[this.#placeOf(this.#files[index]!)]!),
    };
  }

  async close(): Promise<void> {
    // One that could not be started has told so to whoever asked for a batch.
    const thread = await this.#thread?.catch(() => undefined);
    this.#thread = undefined;
    await thread?.close();
  }

  /**
   * What is wanted instead of the files that failed: the next of each one's class. Whether they failed before does not
   * matter: of a JPEG that is cut off, some crops can be had, and a batch must not depend on those before it.
   */
  #nextOf(wanted: readonly Wanted[], failures: readonly DecodeFailure[]): Wanted[] {
    const failed = failures.map(({ position, reason }) => ({ ...wanted[position]!, reason }));
    for (const { file, reason } of failed) this.#bad.set(file, reason);
    this.#requireFew();
    return failed.map(({ file, place, tried }) => {
      const [start, end] = this.#boundsOf(file, tried);
      return { file: start + ((file - start + 1) % (end - start)), place, tried: tried + 1 };
    });
  }

  /** The files of a file's class. @throws DataError when as many have been tried. */
  #boundsOf(file: number, tried: number): [number, number] {
    const place = this.#placeOf(file);
    const [start, end] = [this.#starts[place]!, this.#starts[place + 1]!];
    if (tried < end - start) return [start, end];
    const { directory, classes } = this.#options;
    throw new DataError(
      `no image of the class ${classes[place]!.name} in ${directory} can be decoded: ${this.#list()}`,
    );
  }

  #requireFew(): void {
    const limit = this.#limit;
    if (this.#bad.size <= limit) return;
    const images = this.#bad.size === 1 ? "1 image" : `${this.#bad.size} images`;
    throw new DataError(
      `${images} in ${this.#options.directory} cannot be decoded, more than the ${limit} that may be: ${this.#list()}`,
    );
  }

  /** The first of the damaged images with their reasons. */
  #list(): string {
    const found = [...this.#bad].sort(([a], [b]) => a - b);
    const named = found.slice(0, NAMED).map(([file, reason]) => `${this.#nameOf(file)} (${reason})`);
    return [...named, ...(found.length > NAMED ? ["…"] : [])].join(", ");
  }

  #nameOf(file: number): string {
    const place = this.#placeOf(file);
    const { name, files } = this.#options.classes[place]!;
    return `${name}/${files[file - this.#starts[place]!]}`;
  }

  /** Which of the classes here a file is of. */
  #placeOf(file: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= file) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** Files in the order of images: the first of each class, then the second of each that has one, and so on. */
function acrossClasses(starts: readonly number[]): Uint32Array {
  const files = new Uint32Array(starts[starts.length - 1]!);
  let left = starts.slice(0, -1).map((start, place) => ({ start, end: starts[place + 1]! }));
  let filled = 0;
  for (let round = 0; left.length > 0; round++) {
    left = left.filter(({ start, end }) => start + round < end);
    for (const { start } of left) files[filled++] = start + round;
  }
  return files;
}

/** Puts images at their places of the batch. */
function spread(reply: DecodeReply, wanted: readonly Wanted[], target: Float32Array): void {
  const numbers = reply.images.length / wanted.length;
  wanted.forEach(({ place }, position) => {
    target.set(reply.images.subarray(position * numbers, (position + 1) * numbers), place * numbers);
  });
}
