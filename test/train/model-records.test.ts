import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startTensors } from "../../src/tensor/index.js";
import { planRecord, requireSameSettings } from "../../src/train/folder/checkpoint-settings.js";
import { decodeSafetensors, planTraining, type StackDescription } from "../../src/train/index.js";
import { encodeWeights, readWeights } from "../../src/train/weights/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { designOf, networkOf } from "./networks.js";

beforeAll(() => startTensors("wasm"));
const folder = temporaryFolder("records");

const STACK: StackDescription = {
  name: "narrow",
  imageSize: 8,
  stem: { width: 4 },
  stages: [{ blocks: 2, width: 4, layers: [{ kernel: 1 }, {}] }],
};
/** Of the same name, and with weights of the same shapes. */
const STRIDED: StackDescription = { ...STACK, stem: { width: 4, stride: 2 } };

const planOf = (model: string | StackDescription, activation?: "linear" | "relu") =>
  planTraining({
    model,
    activation,
    scheme: "skipinit",
    steps: 1,
    imageSize: 8,
    learningRate: 0.1,
    workers: 1,
  });

function fileOf(model: string | StackDescription): string {
  const network = networkOf(model, "skipinit");
  const path = join(folder, "weights.safetensors");
  writeFileSync(path, encodeWeights(network, designOf(model, "skipinit")));
  network.dispose();
  return path;
}

describe("weights of a stack of one's own", () => {
  it("carry its description, and are read by the same network", async () => {
    const path = fileOf(STACK);
    const { metadata, tensors } = await readWeights(path, planOf(STACK));
    expect(JSON.parse(metadata.stack)).toEqual(STACK);
    expect(metadata.model).toBe("narrow");
    expect(tensors.find(({ name }) => name === "block2.conv1.weight")?.shape).toEqual([4, 4, 1, 1]);
    // Written another way, the same network.
    const longer = { ...STACK, activation: "relu" as const, stem: { width: 4, kernel: 3 } };
    await expect(readWeights(path, planOf(longer))).resolves.toBeDefined();
  });

  it("are refused by a network of that name with other layers, or another activation", async () => {
    const path = fileOf(STACK);
    await expect(readWeights(path, planOf(STRIDED))).rejects.toThrow(
      `model must be described as in ${path}, which has other layers under that name, not "narrow"`,
    );
    await expect(readWeights(path, planOf(STACK, "linear"))).rejects.toThrow(
      `activation must be relu, as in ${path}, not "linear"`,
    );
    await expect(readWeights(path, planOf("wrn-10-1"))).rejects.toThrow('model must be "narrow"');
  });

  it("of dense layers are matrices [out, in]", () => {
    const network = networkOf("fc-2-5", "skipinit");
    const { tensors } = decodeSafetensors(encodeWeights(network, designOf("fc-2-5", "skipinit")));
    const of = (name: string) => tensors.find((tensor) => tensor.name === name)!;
    expect(of("stem.weight").shape).toEqual([5, 3072]);
    const [ours, theirs] = [network.parameters[1], of("block1.conv1.weight")];
    expect([ours.name, theirs.shape]).toEqual(["block1.conv1", [5, 5]]);
    // Ours is [1, 1, in, out].
    const values = ours.variable.dataSync();
    theirs.values.forEach((value, at) => {
      expect(value).toBe(values[(at % 5) * 5 + Math.floor(at / 5)]);
    });
    network.dispose();
  });
});

describe("a checkpoint", () => {
  it("is refused by another stack of the same name, and by another activation", () => {
    const there = planRecord(planOf(STACK));
    const compare = (model: StackDescription, activation?: "linear") => () =>
      requireSameSettings({
        here: planRecord(planOf(model, activation)),
        there,
        source: "c.safetensors",
      });
    expect(compare(STACK)).not.toThrow();
    expect(compare(STRIDED)).toThrow(/`stack` .*\(here .*stride/);
    expect(compare(STACK, "linear")).toThrow("(here linear)");
  });
});
