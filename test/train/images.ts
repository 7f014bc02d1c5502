import type { LabelledImages } from "../../src/data/index.js";
import { openStream } from "../../src/random/index.js";

/** Images of noise whose brightness in one place tells the class apart: easy to learn, and made anywhere. */
export function easyImages(count: number, seed = 0): LabelledImages {
  const stream = openStream({ seed, purpose: "test images" });
  const labels = Uint8Array.from({ length: count }, (_, index) => index % 10);
  const pixels = new Uint8Array(count * 3072);
  for (let n = 0; n < count; n++) {
    for (let p = 0; p < 3072; p++) {
      const row = Math.floor((p % 1024) / 32);
      const isBright = Math.floor(row / 6.4) === labels[n] % 5 && p < 1024 === labels[n] < 5;
      pixels[n * 3072 + p] = (isBright ? 150 : 0) + 100 * stream.nextUniform();
    }
  }
  return { pixels, labels, count, classNames: Array.from({ length: 10 }, (_, c) => `class ${c}`) };
}
