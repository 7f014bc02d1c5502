import type { RandomStream } from "../random/stream.js";

/** A rectangle of an image, in whole pixels. */
export interface Crop {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Width and height in pixels. */
export interface Extent {
  readonly width: number;
  readonly height: number;
}

const AREA = [0.08, 1] as const;
const ASPECT = [3 / 4, 4 / 3] as const;
const TRIES = 10;

/**
 * The crop of Szegedy et al. 2015 as torchvision's RandomResizedCrop draws it: the area is uniform in 8 % to 100 % of the
 * image's, the logarithm of width/height uniform in log(3/4) to log(4/3), and the place uniform among the whole pixels. A
 * rectangle that does not fit is drawn again; after ten of them the largest central one with an allowed aspect is taken.
 *
 * @example
 * ```ts
 * randomResizedCrop({ width: 500, height: 375 }, openStream({ seed: 0, purpose: "crops" })).width <= 500; // true
 * ```
 */
export function randomResizedCrop({ width, height }: Extent, stream: RandomStream): Crop {
  const between = (least: number, most: number) => least + (most - least) * stream.nextUniform();
  const offset = (room: number) => Math.floor(stream.nextUniform() * (room + 1));
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const area = width * height * between(...AREA);
    const aspect = Math.exp(between(Math.log(ASPECT[0]), Math.log(ASPECT[1])));
    const extent = {
      width: Math.round(Math.sqrt(area * aspect)),
      height: Math.round(Math.sqrt(area / aspect)),
    };
    const fits = extent.width <= width && extent.height <= height;
    if (fits && extent.width > 0 && extent.height > 0) {
      const top = offset(height - extent.height);
      return { left: offset(width - extent.width), top, ...extent };
    }
  }
  const extent = {
    width: Math.min(width, Math.max(1, Math.round(height * ASPECT[1]))),
    height: Math.min(height, Math.max(1, Math.round(width / ASPECT[0]))),
  };
  return centralCrop({ width, height }, extent);
}

/** The crop of an extent in the middle; of the two that are in the middle, the upper or left one. */
export function centralCrop(image: Extent, extent: Extent): Crop {
  return {
    left: Math.floor((image.width - extent.width) / 2),
    top: Math.floor((image.height - extent.height) / 2),
    ...extent,
  };
}
