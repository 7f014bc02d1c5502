import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { InvalidArgumentError } from "../../../src/network/errors.js";
import { StoppedError, type TrainOptions, train } from "../../../src/train/index.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { checkpointedSettings, metricsOf, resultOf } from "../checkpointed-settings.js";

const folder = temporaryFolder("stop-at");
const settings: TrainOptions = { ...checkpointedSettings, steps: 20, schedule: "cosine" };

/** Trains in a folder, and gives what is in it afterwards. */
async function run(name: string, more: Partial<TrainOptions>) {
  const output = join(folder, name);
  const saveWeights = join(folder, `${name}.safetensors`);
  await train({ ...settings, checkpointEvery: 7, resume: true, output, saveWeights, ...more });
  return {
    metrics: metricsOf(output),
    result: resultOf(output),
    weights: readFileSync(saveWeights).toString("base64"),
  };
}

describe("stopAt", () => {
  let whole: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    whole = await run("whole", {});
  });

  it("stops after that step, and the run that goes on is the run in one go, bit for bit", async () => {
    for (const stopAt of [1, 9, 15]) {
      const stopped = run("parts", { stopAt });
      await expect(stopped).rejects.toThrow(StoppedError);
      await expect(stopped).rejects.toThrow(`stopped after step ${stopAt} of 20`);
      expect(metricsOf(join(folder, "parts"))).toEqual(whole.metrics.slice(0, stopAt));
      expect(existsSync(join(folder, "parts", "run.json"))).toBe(false);
    }
    expect(await run("parts", {})).toEqual(whole);
  });

  it("takes no step where it was reached before, and none back", async () => {
    await expect(run("again", { stopAt: 9 })).rejects.toThrow("stopped after step 9 of 20");
    await expect(run("again", { stopAt: 5 })).rejects.toThrow("stopped after step 9 of 20");
    expect(metricsOf(join(folder, "again"))).toEqual(whole.metrics.slice(0, 9));
  });

  it("is nothing to a run that is shorter", async () => {
    expect(await run("shorter", { stopAt: 20 })).toEqual(whole);
  });

  it("needs checkpoints", async () => {
    const alone = { ...settings, output: join(folder, "alone"), stopAt: 3 };
    await expect(train(alone)).rejects.toThrow(InvalidArgumentError);
    await expect(train(alone)).rejects.toThrow(
      "stop at must be absent without `checkpointEvery`: there would be nothing to go on from, not 3",
    );
  });
});
