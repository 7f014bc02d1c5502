import type { ImageBatch, MapMoments } from "../../src/analytic/index.js";

/** A convolution with zeros around the map. */
interface Convolution {
  readonly kernel: number;
  readonly stride: number;
}

/** Second moments and covariances with the overall mean, by image, row and column. */
interface Sites {
  readonly m: number[][][];
  readonly g: number[][][];
}

/** The recursion in the docstrings of predictConvolutionalMoments and predictStageMoments, site by site. */
export function naiveSiteMoments(options: {
  readonly size: number;
  readonly stem: Convolution;
  readonly blocks: readonly { readonly layers: readonly Convolution[]; readonly transition: boolean }[];
  readonly images?: ImageBatch;
}): Record<"input" | "skip" | "branch", MapMoments>[] {
  let x = options.images ? ofImages(options.images, options) : convolved(ones(options.size), options.stem, 0);
  return options.blocks.map(({ layers, transition }) => {
    const input = averages(x);
    const branch = layers.reduce((h, layer) => convolved(normalized(h), layer, 1 / Math.PI), x);
    const stride = layers.reduce((product, layer) => product * layer.stride, 1);
    const skip = transition ? convolved(normalized(x), { kernel: 1, stride }, 1 / Math.PI) : x;
    x = { m: plus(skip.m, branch.m), g: plus(skip.g, branch.g) };
    return { input, skip: averages(skip), branch: averages(branch) };
  });
}

/** m(p) = ⟨u(sp + t)²⟩_t and g(p) = pair · ⟨u(sp + t) · mean_p' u(sp' + t)⟩_t; u = √n if nothing else is said. */
function convolved(
  n: number[][][],
  { kernel, stride }: Convolution,
  pair: number,
  uOf: (value: number) => number = Math.sqrt,
): Sites {
  const size = n[0].length;
  const side = Math.ceil(size / stride);
  const zeros = () => n.map(() => Array.from({ length: side }, () => new Array<number>(side).fill(0)));
  const [m, g] = [zeros(), zeros()];
  const reach = (kernel - 1) / 2;
  for (let down = -reach; down <= reach; down++) {
    for (let right = -reach; right <= reach; right++) {
      const at = (b: number, y: number, x: number) => n[b][y * stride + down]?.[x * stride + right] ?? 0;
      const all = m.flatMap((rows, b) => rows.flatMap((row, y) => row.map((_, x) => uOf(at(b, y, x)))));
      const mean = all.reduce((sum, u) => sum + u, 0) / all.length;
      for (let b = 0; b < n.length; b++) {
        for (let y = 0; y < side; y++) {
          for (let x = 0; x < side; x++) {
            m[b][y][x] += uOf(at(b, y, x)) ** 2 / kernel ** 2;
            g[b][y][x] += (pair * uOf(at(b, y, x)) * mean) / kernel ** 2;
          }
        }
      }
    }
  }
  return { m, g };
}

/** A stem of LeCun weights on each channel of the images. */
function ofImages(
  { data, count, channels }: ImageBatch,
  { size, stem }: { readonly size: number; readonly stem: Convolution },
): Sites {
  const sites = Array.from({ length: channels }, (_, channel) => {
    const pixel = (b: number, y: number, x: number) => data[((b * size + y) * size + x) * channels + channel];
    const pixels = Array.from({ length: count }, (_, b) =>
      ones(size)[0].map((row, y) => row.map((_, x) => pixel(b, y, x))),
    );
    return convolved(pixels, stem, 1, (value) => value / Math.sqrt(channels));
  });
  return sites.reduce((a, b) => ({ m: plus(a.m, b.m), g: plus(a.g, b.g) }));
}

/** BatchNorm: n(p) = (m(p) − 2 g(p) + g̅) / (m̅ − g̅). */
function normalized(x: Sites): number[][][] {
  const { variance, meanSquared } = averages(x);
  return x.m.map((rows, b) =>
    rows.map((row, y) => row.map((m, at) => Math.max(0, m - 2 * x.g[b][y][at] + meanSquared) / variance)),
  );
}

function averages({ m, g }: Sites): MapMoments {
  const average = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [secondMoment, meanSquared] = [average(m.flat(2)), average(g.flat(2))];
  return { secondMoment, meanSquared, variance: secondMoment - meanSquared };
}

function plus(a: number[][][], b: number[][][]): number[][][] {
  return a.map((rows, i) => rows.map((row, y) => row.map((value, x) => value + b[i][y][x])));
}

function ones(size: number): number[][][] {
  return [Array.from({ length: size }, () => new Array<number>(size).fill(1))];
}
