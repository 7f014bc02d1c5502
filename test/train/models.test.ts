import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, it } from "vitest";
import { predictPathLengths, predictStageMoments, resolveScheme } from "../../src/analytic/index.js";
import { InvalidArgumentError, parseArchitecture } from "../../src/network/index.js";
import { outputSize } from "../../src/network/plan/index.js";
import { parseModel, readModel, type StackDescription } from "../../src/train/index.js";
import { trainedGeometry } from "../../src/train/network/architecture.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = join(import.meta.dirname, "../..");

const PLAIN: StackDescription = {
  name: "plain",
  stem: { width: 8 },
  stages: [
    { blocks: 2, width: 8 },
    { blocks: 1, width: 16, stride: 2 },
  ],
};

describe("models by name", () => {
  it("fc-20-64 has 20 blocks of one dense layer on features", () => {
    const { input, depth, stem, blocks, activation } = parseModel("fc-20-64");
    expect([input, depth, activation]).toEqual(["features", 20, "relu"]);
    expect(stem).toEqual({ kernel: 1, stride: 1, pooling: 1, width: 64 });
    expect(blocks.every(({ transition }) => !transition)).toBe(true);
    expect(blocks[19].layers).toEqual([{ kernel: 1, stride: 1, inputWidth: 64, width: 64 }]);
    expect(parseModel("FC-3-10-2", { activation: "linear" })).toMatchObject({
      name: "fc-3-10-2",
      activation: "linear",
    });
    expect(parseModel("fc-3-10-2").blocks[0].layers).toHaveLength(2);
    expect(parseModel("fc-3-10-1").name).toBe("fc-3-10");
  });

  it("resnet-50-v2 has the published stages and maps", () => {
    const architecture = parseModel("resnet-50-v2");
    expect(architecture.blocks.map(({ width }) => width)).toEqual([
      ...[256, 256, 256, 512, 512, 512, 512],
      ...[1024, 1024, 1024, 1024, 1024, 1024, 2048, 2048, 2048],
    ]);
    expect(architecture.blocks.flatMap(({ transition, block }) => (transition ? [block] : []))).toEqual([
      1, 4, 8, 14,
    ]);
    const { runs } = trainedGeometry(architecture, 224);
    const sides = runs.flatMap(({ layers }) => [layers[0].size, outputSize(layers[layers.length - 1])]);
    expect([sides[0], ...sides.slice(-1), ...new Set(sides)]).toEqual([56, 7, 56, 28, 14, 7]);
    // 225 pixels: 113 behind the 7×7, 57 behind the pooling.
    expect(trainedGeometry(architecture, 225).runs[0].layers[0].size).toBe(57);
  });

  it.each(["wrn-16-1", "wrn-16-4", "wrn-1000-2", "resnet-50-v2"])(
    "%s: predictions take the same network as they know by that name",
    (name) => {
      expect(parseModel(name)).toEqual({
        ...parseArchitecture(name),
        title: name.toUpperCase(),
        activation: "relu",
      });
    },
  );

  it("predictions are those of the network's depth and transitions", () => {
    const lengthsOf = (model: string | StackDescription) =>
      predictPathLengths({
        scheme: resolveScheme("batchnorm"),
        architecture: parseModel(model),
      });
    // Linear blocks behind BatchNorm: q_i = 1/(i + 1), and after the transition of block 3 the skip path starts at 1 again.
    expect(lengthsOf("fc-4-8").mean).toBeCloseTo(1 / 2 + 1 / 3 + 1 / 4 + 1 / 5, 12);
    const { mean } = lengthsOf({ ...PLAIN, stages: [...PLAIN.stages, { blocks: 1, width: 16 }] });
    expect(mean).toBeCloseTo(1 / 2 + 1 / 3 + 1 / 2 + 1 / 3, 12);
  });

  it("networks on features have no maps for predictions", () => {
    const architecture = parseModel("fc-4-8-2");
    expect(architecture.blocks[3].layers).toHaveLength(2);
    const scheme = resolveScheme("batchnorm");
    expect(() => predictStageMoments({ architecture, scheme })).toThrow("a convolutional network");
  });

  it.each([
    ["fc-20", "of the form fc-d-w or fc-d-w-m"],
    ["fc-0-64", "d blocks, 1 to 30000"],
    ["fc-20-64-17", "m dense layers, 1 to 16"],
    ["fc-20-20000", "w features, 1 to 16384"],
    ["resnet50v2", 'did you mean "resnet-50-v2"?'],
    ["ResNet-50", 'did you mean "resnet-50-v2"?'],
    ["nf-resnet-50", "resnet-50-v2 with `scheme` nfnet"],
    ["wrn-16", 'did you mean "wrn-16-1"?'],
    ["vgg", "one of wrn-n-k, fc-d-w, fc-d-w-m, resnet-50-v2"],
  ])("refuses %j: %s", (name, message) => {
    expect(() => parseModel(name)).toThrow(InvalidArgumentError);
    expect(() => parseModel(name)).toThrow(message);
  });

  it("refuses an activation that it does not know", () => {
    expect(() => parseModel("fc-2-4", { activation: "relo" as "relu" })).toThrow('did you mean "relu"?');
  });
});

describe("a stack of one's own", () => {
  it("has a Wide-ResNet's blocks if it is described like one", () => {
    const { blocks } = parseModel({
      name: "like-wrn-16-1",
      stem: { width: 16 },
      stages: [1, 2, 4].map((factor) => ({ blocks: 2, width: 16 * factor, stride: factor > 1 ? 2 : 1 })),
    });
    expect(blocks).toEqual(parseModel("wrn-16-1").blocks);
  });

  it("has ResNet-50's blocks if it is described like it", () => {
    const { blocks, stem } = parseModel({
      name: "like-resnet-50",
      imageSize: 224,
      stem: { width: 64, kernel: 7, stride: 2, pooling: 2 },
      stages: [3, 4, 6, 3].map((blocks, index) => ({
        blocks,
        width: 256 * 2 ** index,
        ...(index > 0 ? { stride: 2 } : {}),
        layers: [{ kernel: 1, width: 64 * 2 ** index }, { width: 64 * 2 ** index }, { kernel: 1 }],
      })),
    });
    expect({ blocks, stem }).toMatchObject({
      blocks: parseModel("resnet-50-v2").blocks,
      stem: parseModel("resnet-50-v2").stem,
    });
  });

  it("gives the stride to the layer that has it, or to the first beyond 1×1", () => {
    const strides = (stage: StackDescription["stages"][number]) =>
      parseModel({ ...PLAIN, stages: [stage] }).blocks.map(({ layers }) =>
        layers.map(({ stride }) => stride),
      );
    expect(strides({ blocks: 2, width: 8, stride: 2 })).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect(strides({ blocks: 1, width: 8, stride: 2, layers: [{ kernel: 1 }, {}] })).toEqual([[1, 2]]);
    expect(strides({ blocks: 1, width: 8, stride: 2, layers: [{ kernel: 1 }, { kernel: 1 }] })).toEqual([
      [2, 1],
    ]);
    expect(strides({ blocks: 1, width: 8, layers: [{}, { stride: 3 }] })).toEqual([[1, 3]]);
  });

  it("has dense layers on features", () => {
    const { stem, blocks } = parseModel({ ...PLAIN, input: "features", stages: [{ blocks: 1, width: 8 }] });
    expect(stem.kernel).toBe(1);
    expect(blocks[0].layers).toEqual([{ kernel: 1, stride: 1, inputWidth: 8, width: 8 }]);
  });
});

const schema = JSON.parse(readFileSync(join(root, "docs/schemas/stack.schema.json"), "utf8"));
const isValid = new Ajv().compile(schema);

/** Descriptions that are refused, and the end of the message. */
const WRONG: [Record<string, unknown> | unknown[] | null, string][] = [
  [null, "model must be an object, not null"],
  [[], "model must be an object, not []"],
  [{ ...PLAIN, name: undefined }, "model: name must be given"],
  [
    { ...PLAIN, name: "wrn-16-1" },
    "model: name must be 1 to 60 letters, digits, dots, hyphens and underscores, not beginning as wrn-",
  ],
  [{ ...PLAIN, stem: undefined }, "model: stem must be given"],
  [
    { ...PLAIN, stem: { widht: 3 } },
    'a field of model: stem must be one of width, kernel, stride, pooling (did you mean "width"?)',
  ],
  [
    { ...PLAIN, stem: { width: 8, kernel: 4 } },
    "model: stem.kernel must be an odd number from 1 to 31, not 4",
  ],
  [
    { ...PLAIN, stem: { width: 8, pooling: 3 } },
    "model: stem.pooling must be a whole number from 1 to 2, not 3",
  ],
  [{ ...PLAIN, stage: [] }, '(did you mean "stages"?)'],
  [{ ...PLAIN, stages: [] }, "model: stages must be a list of at least one, not []"],
  [
    { ...PLAIN, stages: [{ blocks: 2, width: "8" }] },
    'model: stages[0].width must be a whole number from 1 to 16384, not "8"',
  ],
  [
    { ...PLAIN, stages: [...PLAIN.stages, { blocks: 0, width: 8 }] },
    "model: stages[2].blocks must be a whole number from 1 to 30000, not 0",
  ],
  [
    { ...PLAIN, stages: [{ blocks: 1, width: 8, layers: [{ width: 1.5 }, {}] }] },
    "stages[0].layers[0].width must be a whole number",
  ],
  [{ ...PLAIN, input: "pixels" }, "model: input must be one of images, features"],
  [{ ...PLAIN, activation: 1 }, "model: activation must be one of linear, relu, not 1"],
  [{ ...PLAIN, imageSize: { side: 3 } }, 'imageSize must be a whole number from 1 to 4096, not {"side":3}'],
];

describe("what is checked of a description", () => {
  it.each(WRONG)("%j is refused, by the schema as well: %s", (description, message) => {
    const given = description as unknown as StackDescription;
    expect(() => parseModel(given)).toThrow(InvalidArgumentError);
    expect(() => parseModel(given)).toThrow(message);
    expect(isValid(JSON.parse(JSON.stringify(description)))).toBe(false);
  });

  it("what the schema cannot say is checked too", () => {
    const last = { ...PLAIN, stages: [{ blocks: 1, width: 8, layers: [{}, { width: 9 }] }] };
    expect(() => parseModel(last)).toThrow(
      "model: stages[0].layers[1].width must be 8, the stage's, or absent, not 9",
    );
    const twice = { ...PLAIN, stages: [{ blocks: 1, width: 8, stride: 2, layers: [{ stride: 2 }] }] };
    expect(() => parseModel(twice)).toThrow(
      "model: stages[0].layers[0].stride must be absent where the stage has one, not 2",
    );
    const features = (more: object) => ({ ...PLAIN, input: "features" as const, ...more });
    expect(() => parseModel(features({}))).toThrow("model: stages[1].stride must be 1, not 2");
    expect(() => parseModel(features({ stem: { width: 8, kernel: 3 } }))).toThrow(
      "model: stem.kernel must be 1, not 3",
    );
    expect(() =>
      parseModel(features({ stages: [{ blocks: 1, width: 8, layers: [{ kernel: 3 }] }] })),
    ).toThrow("model: stages[0].layers[0].kernel must be 1, not 3");
    const deep = { ...PLAIN, stages: [1, 2].map(() => ({ blocks: 20_000, width: 8 })) };
    expect(() => parseModel(deep)).toThrow(
      "model: blocks must be at most 30000 over all stages together, not 40000",
    );
  });

  it("the examples of the documentation fit the schema, and are networks", () => {
    const text = readFileSync(join(root, "docs/models.md"), "utf8");
    const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map((match) => JSON.parse(match[1]));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of [...examples, PLAIN]) {
      expect(isValid(example), JSON.stringify(isValid.errors)).toBe(true);
      expect(parseModel(example).depth).toBeGreaterThan(0);
    }
  });
});

describe("a model's file", () => {
  const folder = temporaryFolder("models");
  const fileOf = (text: string) => {
    const path = join(folder, "stack.json");
    writeFileSync(path, text);
    return path;
  };

  it("is read and checked; names are left as they are", async () => {
    expect(await readModel("wrn-16-1")).toBe("wrn-16-1");
    expect(await readModel(fileOf(`\uFEFF${JSON.stringify(PLAIN)}`))).toEqual(PLAIN);
  });

  it("is named in what is wrong with it", async () => {
    const path = fileOf(JSON.stringify({ ...PLAIN, stages: [{ blocks: 1 }] }));
    await expect(readModel(path)).rejects.toThrow(`${path}: stages[0].width must be`);
    await expect(readModel(fileOf("{"))).rejects.toThrow("model must be a file of JSON");
    await expect(readModel(join(folder, "none.json"))).rejects.toThrow("(no such file or folder)");
  });
});
