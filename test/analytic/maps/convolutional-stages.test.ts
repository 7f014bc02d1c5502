import { describe, expect, it } from "vitest";
import {
  type MapMoments,
  predictConvolutionalMoments,
  predictMapProfile,
  predictMoments,
  predictStageMoments,
  resolveScheme,
  zeroPaddingFactor,
} from "../../../src/analytic/index.js";
import { architectureOfStack } from "../../../src/network/architecture.js";
import { parseArchitecture, type ResidualArchitecture } from "../../../src/network/index.js";
import { fillNormal } from "../../../src/random/normal.js";
import { openStream } from "../../../src/random/stream.js";
import { naiveSiteMoments } from "../naive-site-moments.js";

const scheme = resolveScheme("batchnorm");

describe("zeroPaddingFactor", () => {
  it.each([
    [32, 3, 1],
    [8, 3, 1],
    [32, 3, 2],
    [15, 3, 2],
    [224, 7, 2],
    [14, 5, 3],
    [7, 1, 1],
  ])("size %i, kernel %i, stride %i: counts taps inside the map", (size, kernel, stride) => {
    let [inside, all] = [0, 0];
    for (let y = 0; y < size; y += stride) {
      for (let x = 0; x < size; x += stride) {
        for (let down = 0; down < kernel; down++) {
          for (let right = 0; right < kernel; right++) {
            const [row, column] = [y + down - (kernel - 1) / 2, x + right - (kernel - 1) / 2];
            all++;
            if (row >= 0 && row < size && column >= 0 && column < size) inside++;
          }
        }
      }
    }
    expect(zeroPaddingFactor({ size, kernel, stride })).toBeCloseTo(inside / all, 14);
  });
});

/** Which rounding may part: some hundred additions of numbers of the size of the second moment. */
const ROUNDING = 1e-12;

function expectMoments(found: MapMoments, expected: MapMoments): void {
  for (const moment of ["secondMoment", "meanSquared", "variance"] as const) {
    expect(Math.abs(found[moment] - expected[moment])).toBeLessThan(ROUNDING * expected.secondMoment);
  }
}

describe("predictConvolutionalMoments against plain loops", () => {
  const [count, size, channels, depth] = [3, 8, 3, 12];
  const data = new Float32Array(count * size * size * channels);
  fillNormal(data, openStream({ seed: 1, purpose: "images" }), 1);
  // A pixel and its neighbour alike, and images of different norms.
  const images = {
    data: data.map((value, at) => (1 + Math.floor((at * count) / data.length)) * (value + (at % 2))),
    count,
    channels,
  };

  it.each([
    ["3×3", 3, undefined],
    ["5×5", 5, undefined],
    ["3×3 on images", 3, images],
  ])("%s", (_, kernel, given) => {
    const convolution = { kernel, stride: 1 };
    const blocks = Array.from({ length: depth }, () => ({ layers: [convolution], transition: false }));
    const expected = naiveSiteMoments({ size, stem: convolution, blocks, images: given });
    const found = predictConvolutionalMoments({ depth, size, kernel, images: given });
    for (const [index, { input, branch }] of expected.entries()) {
      const [secondMoment, meanSquared] = [found.skipSecondMoment[index], found.movingMeanSquared[index]];
      expectMoments({ secondMoment, meanSquared, variance: found.skip[index] }, input);
      expect(Math.abs(found.branch[index] - branch.variance)).toBeLessThan(ROUNDING);
    }
  });

  it("refuses an even kernel", () => {
    expect(() => predictConvolutionalMoments({ depth, size, kernel: 4 })).toThrow(
      "kernel must be odd, such as 3 or 5, not 4",
    );
  });
});

describe("predictStageMoments", () => {
  it.each([
    ["resnet-50-v2", 32],
    ["wrn-16-4", 9],
  ])("is the recursion in plain loops: %s, size %i", (name, imageSize) => {
    const architecture = parseArchitecture(name);
    const { kernel, stride, pooling } = architecture.stem;
    const expected = naiveSiteMoments({
      size: imageSize,
      stem: { kernel, stride: stride * pooling },
      blocks: architecture.blocks,
    });
    const { blocks } = predictStageMoments({ architecture, scheme, imageSize });
    expect(blocks).toHaveLength(expected.length);
    for (const [index, block] of blocks.entries()) {
      for (const path of ["input", "skip", "branch"] as const)
        expectMoments(block[path], expected[index][path]);
    }
  });

  it("is predictConvolutionalMoments for one stage of one 3×3 convolution a branch", () => {
    const depth = 12;
    const layer = { kernel: 3, stride: 1, width: 16 };
    const architecture = architectureOfStack({
      name: "stack",
      imageSize: 16,
      stem: { ...layer, pooling: 1 },
      stages: [{ blocks: depth, layers: [layer] }],
    });
    const { blocks } = predictStageMoments({ architecture, scheme });
    const reference = predictConvolutionalMoments({ depth, size: 16 });
    for (const [index, { skip, branch }] of blocks.entries()) {
      expect(skip.secondMoment).toBeCloseTo(reference.skipSecondMoment[index], 12);
      expect(skip.meanSquared).toBeCloseTo(reference.movingMeanSquared[index], 12);
      expect(skip.variance).toBeCloseTo(reference.skip[index], 12);
      expect(branch.variance).toBeCloseTo(reference.branch[index], 12);
    }
  });

  it("without padding to lose it is the fully connected prediction", () => {
    const resnet = parseArchitecture("resnet-50-v2");
    const architecture = {
      ...resnet,
      imageSize: 32,
      stem: { ...resnet.stem, kernel: 1, stride: 1, pooling: 1 },
      blocks: resnet.blocks.map((block) => ({
        ...block,
        layers: block.layers.map((layer) => ({ ...layer, kernel: 1 })),
      })),
    };
    const { blocks } = predictStageMoments({ architecture, scheme });
    const { skip, branch } = predictMoments({ scheme, architecture, activation: "relu" });
    for (const [index, block] of blocks.entries()) {
      for (const moment of ["secondMoment", "meanSquared", "variance"] as const) {
        expect(block.skip[moment]).toBeCloseTo(skip[moment][index], 12);
        expect(block.branch[moment]).toBeCloseTo(branch[moment][index], 12);
      }
    }
  });

  it("knows the maps of the real networks", () => {
    const sizes = (name: string) =>
      predictStageMoments({ architecture: parseArchitecture(name), scheme }).blocks.map(({ size }) => size);
    expect(sizes("wrn-16-4")).toEqual([32, 32, 16, 16, 8, 8]);
    expect(sizes("resnet-50-v2")).toEqual([56, 56, 56, 28, 28, 28, 28, 14, 14, 14, 14, 14, 14, 7, 7, 7]);
    // A stride of 2 leaves ⌈S/2⌉ sites of a side: the stem's 4 makes 5 of 20.
    const odd = predictStageMoments({
      architecture: parseArchitecture("resnet-50-v2"),
      scheme,
      imageSize: 20,
    });
    expect([...new Set(odd.blocks.map(({ size }) => size))]).toEqual([5, 3, 2, 1]);
  });

  it("a bottleneck's last 1×1 convolution undoes the padding, a WRN's 3×3 does not", () => {
    for (const { branch } of predictStageMoments({ architecture: parseArchitecture("resnet-50-v2"), scheme })
      .blocks) {
      expect(branch.secondMoment).toBeCloseTo(1, 12);
    }
    const { blocks } = predictStageMoments({ architecture: parseArchitecture("wrn-100-2"), scheme });
    for (const { size, branch } of blocks) {
      const uniform = zeroPaddingFactor({ size, kernel: 3 });
      // A weaker border has less to lose.
      expect(branch.secondMoment).toBeGreaterThan(uniform);
      expect(branch.secondMoment).toBeLessThan(Math.sqrt(uniform));
    }
  });

  it("refuses what it does not hold for", () => {
    const architecture = parseArchitecture("wrn-16-4");
    expect(() => predictStageMoments({ architecture, scheme: resolveScheme("skipinit") })).toThrow(
      /scheme must be/,
    );
    expect(() => predictStageMoments({ architecture: parseArchitecture("pre-ln-2"), scheme })).toThrow(
      /architecture must be a convolutional network/,
    );
  });

  it("is what the document holds", () => {
    const document = predictMapProfile({
      architecture: parseArchitecture("wrn-16-4"),
      scheme,
      imageSize: 16,
    });
    const { blocks } = predictStageMoments({
      architecture: parseArchitecture("wrn-16-4"),
      scheme,
      imageSize: 16,
    });
    expect(document).toMatchObject({
      imageSize: 16,
      mapSizes: [16, 16, 8, 8, 4, 4],
      activation: "relu",
      depth: 6,
    });
    expect(document.skip).toEqual(blocks.map(({ skip }) => skip.variance));
    expect(document.moments?.branchMeanSquared).toEqual(blocks.map(({ branch }) => branch.meanSquared));
  });
});

describe("predictStageMoments against random Wide-ResNets", () => {
  it("the second moments of both paths in every block of a small wrn-16", () => {
    const architecture = parseArchitecture("wrn-16-1");
    const [size, channels, batch, trials] = [8, 24, 24, 12];
    const runs = Array.from({ length: trials }, (_, seed) =>
      sampleWideResNet({ architecture, size, channels, batch, seed }),
    );
    const { blocks } = predictStageMoments({ architecture, scheme, imageSize: size });
    for (const [index, block] of blocks.entries()) {
      for (const path of ["skip", "branch"] as const) {
        const values = runs.map((run) => run[index][path]);
        const mean = values.reduce((sum, value) => sum + value, 0) / trials;
        const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        const se = Math.sqrt(square / (trials * (trials - 1)));
        // 99.99 % of Student's t with 11 degrees of freedom, two-sided: 12 numbers are compared.
        expect(Math.abs(mean - block[path].secondMoment)).toBeLessThan(5.92 * se);
      }
    }
  });
});

interface Map4 {
  readonly data: Float64Array;
  readonly size: number;
}

/** Second moments of both paths, all widths equal, by convolutions written out. */
function sampleWideResNet(options: {
  readonly architecture: ResidualArchitecture;
  readonly size: number;
  readonly channels: number;
  readonly batch: number;
  readonly seed: number;
}): { skip: number; branch: number }[] {
  const { architecture, size, channels, batch, seed } = options;
  let drawn = 0;
  const normals = (count: number, deviation: number) => {
    const values = new Float32Array(count);
    fillNormal(values, openStream({ seed, purpose: "wide-resnet", index: [drawn++] }), deviation);
    return values;
  };
  const convolve = (x: Map4, kernel: number, stride: number, gain: number): Map4 => {
    const w = normals(kernel * kernel * channels * channels, Math.sqrt(gain / (kernel * kernel * channels)));
    const outputs = Math.ceil(x.size / stride);
    const data = new Float64Array(batch * outputs * outputs * channels);
    const reach = (kernel - 1) / 2;
    for (let site = 0; site < batch * outputs * outputs; site++) {
      const image = Math.floor(site / outputs ** 2);
      const [y, column] = [Math.floor(site / outputs) % outputs, site % outputs];
      for (let tap = 0; tap < kernel * kernel; tap++) {
        const row = y * stride + Math.floor(tap / kernel) - reach;
        const at = column * stride + (tap % kernel) - reach;
        if (row < 0 || row >= x.size || at < 0 || at >= x.size) continue;
        const from = ((image * x.size + row) * x.size + at) * channels;
        for (let input = 0; input < channels; input++) {
          const value = x.data[from + input];
          if (value === 0) continue;
          const weight = (tap * channels + input) * channels;
          for (let output = 0; output < channels; output++)
            data[site * channels + output] += value * w[weight + output];
        }
      }
    }
    return { data, size: outputs };
  };
  const activated = (x: Map4): Map4 => {
    const data = new Float64Array(x.data.length);
    const sites = data.length / channels;
    for (let channel = 0; channel < channels; channel++) {
      let [mean, square] = [0, 0];
      for (let p = channel; p < data.length; p += channels) mean += x.data[p] / sites;
      for (let p = channel; p < data.length; p += channels) square += (x.data[p] - mean) ** 2 / sites;
      for (let p = channel; p < data.length; p += channels) {
        data[p] = Math.max(0, (x.data[p] - mean) / Math.sqrt(square));
      }
    }
    return { data, size: x.size };
  };
  const moment = ({ data }: Map4) => data.reduce((sum, value) => sum + value * value, 0) / data.length;
  const pixels = { data: Float64Array.from(normals(batch * size * size * channels, 1)), size };
  let x = convolve(pixels, 3, 1, 1);
  return architecture.blocks.map(({ layers: [first], transition }) => {
    const h = activated(x);
    const skip = transition ? convolve(h, 1, first.stride, 2) : x;
    const branch = convolve(activated(convolve(h, 3, first.stride, 2)), 3, 1, 2);
    x = { data: skip.data.map((value, p) => value + branch.data[p]), size: skip.size };
    return { skip: moment(skip), branch: moment(branch) };
  });
}
