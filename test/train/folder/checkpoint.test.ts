import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DataError, InvalidArgumentError } from "../../../src/network/errors.js";
import { StoppedError, type TrainOptions, train } from "../../../src/train/index.js";
import { newPathsIn, temporaryFolder } from "../../helpers/temporary-folder.js";
import { checkpointedSettings, metricsOf, resultOf } from "../checkpointed-settings.js";
import { easyImages } from "../images.js";
import { trainOnFullDisk } from "../train-in-process.js";

const root = temporaryFolder("checkpoint");
const newFolder = newPathsIn(root);
const settings = { ...checkpointedSettings, steps: 12, checkpointEvery: 5 };

/** Stops a run after some steps. */
async function stopped(output: string, after: number, more: Partial<TrainOptions> = {}): Promise<void> {
  const stop = new AbortController();
  const run = train({
    ...settings,
    output,
    signal: stop.signal,
    onStep: ({ step }) => step === after && stop.abort(),
    ...more,
  });
  await expect(run).rejects.toThrow(StoppedError);
}

const checkpointOf = (output: string) => readFileSync(join(output, "checkpoint.safetensors"));

describe("resume", () => {
  it("goes on where the run was stopped, and says where", async () => {
    const [whole, output] = [newFolder(), newFolder()];
    await train({ ...settings, output: whole });
    await stopped(output, 7);
    // Lines after the checkpoint, the last of them cut short, and what a kill leaves of a checkpoint.
    const metrics = join(output, "metrics.jsonl");
    writeFileSync(metrics, `${readFileSync(metrics, "utf8")}{"step":8}\n{"st`);
    writeFileSync(join(output, "checkpoint.safetensors.12-0-3.tmp"), "half");
    const resumed: number[] = [];
    const run = await train({ ...settings, output, resume: true, onResume: (step) => resumed.push(step) });
    expect(resumed).toEqual([7]);
    expect(metricsOf(output)).toEqual(metricsOf(whole));
    expect(resultOf(output)).toEqual(resultOf(whole));
    expect(checkpointOf(output).equals(checkpointOf(whole))).toBe(true);
    expect(run.provenance?.arguments).toMatchObject({ resume: true, resumedAfter: 7 });
    expect(run.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(readdirSync(output)).toHaveLength(3);
  });

  it.each([5, 12])("makes up for the test after step %i, in which it was stopped", async (after) => {
    const [whole, output] = [newFolder(), newFolder()];
    const [best, bestOfWhole] = [join(output, "best"), join(whole, "best")];
    await train({ ...settings, output: whole, saveBest: bestOfWhole });
    let step = 0;
    // Tests have 40 images, 8 at a time.
    const stopDuringTest = (resume: boolean, images: number) => {
      const stop = new AbortController();
      const run = train({
        ...settings,
        output,
        resume,
        saveBest: best,
        signal: stop.signal,
        onStep: (metrics) => {
          step = metrics.step;
        },
        onEvaluation: (done) => step === after - 1 && done === images && stop.abort(),
      });
      return expect(run).rejects.toThrow(`stopped during the test after step ${after} of 12`);
    };
    await stopDuringTest(false, 16);
    // The second time it takes no step.
    await stopDuringTest(true, 40);
    expect(metricsOf(output).at(-1)).not.toHaveProperty("testAccuracy");
    const resumed: number[] = [];
    await train({ ...settings, output, resume: true, saveBest: best, onResume: (at) => resumed.push(at) });
    expect(resumed).toEqual([after]);
    expect(metricsOf(output)).toEqual(metricsOf(whole));
    expect(resultOf(output)).toEqual(resultOf(whole));
    expect(readFileSync(best).equals(readFileSync(bestOfWhole))).toBe(true);
  });

  it("starts anew where there is no run, and says so", async () => {
    const output = newFolder();
    const resumed: number[] = [];
    const run = await train({ ...settings, output, resume: true, onResume: (step) => resumed.push(step) });
    expect(resumed).toEqual([0]);
    expect(run.provenance?.arguments).not.toHaveProperty("resumedAfter");
    expect(metricsOf(output)).toHaveLength(12);
  });

  it("goes on from the first step, before which there is nothing to lose", async () => {
    const output = newFolder();
    await stopped(output, 1, { checkpointEvery: 100 });
    const resumed: number[] = [];
    await train({ ...settings, output, resume: true, onResume: (step) => resumed.push(step) });
    expect(resumed).toEqual([1]);
  });

  it("of a run that has ended takes no step and finds the same", async () => {
    const output = newFolder();
    await train({ ...settings, output });
    const [result, metrics] = [resultOf(output), metricsOf(output)];
    let steps = 0;
    // Its result is there all the time.
    const onResume = () => expect(resultOf(output)).toEqual(result);
    await train({ ...settings, output, resume: true, onResume, onStep: () => steps++ });
    expect(steps).toBe(0);
    expect({ result: resultOf(output), metrics: metricsOf(output) }).toEqual({ result, metrics });
  });

  it("of a run that has diverged takes no step more", async () => {
    const output = newFolder();
    const diverging = { ...settings, scheme: "unnormalized", learningRate: 1e30, output };
    const { steps } = await train(diverging);
    expect(await train({ ...diverging, resume: true })).toMatchObject({ outcome: "diverged", steps });
  });

  it("goes on from loaded weights, on two threads", async () => {
    const weights = join(root, "start.safetensors");
    await train({ ...settings, steps: 3, checkpointEvery: undefined, saveWeights: weights, seed: 9 });
    const [whole, output] = [newFolder(), newFolder()];
    const loading = { ...settings, loadWeights: weights };
    await train({ ...loading, output: whole });
    await stopped(output, 7, { loadWeights: weights, workers: 2 });
    await train({ ...loading, output, resume: true, workers: 2 });
    expect(metricsOf(output)).toEqual(metricsOf(whole));
    expect(resultOf(output)).toEqual(resultOf(whole));
    await train({ ...settings, output: newFolder() }).then(({ lossCurve }) => {
      expect(lossCurve[0]).not.toBe(metricsOf(whole)[0].loss);
    });
  });
});

describe("a checkpoint is refused, and everything left as it is,", () => {
  const refused = async (output: string, more: Partial<TrainOptions>) => {
    const before = readdirSync(output).map((name) => [name, readFileSync(join(output, name), "utf8")]);
    const run = train({ ...settings, output, resume: true, ...more });
    const error: Error = await run.then(
      () => expect.unreachable(),
      (reason) => reason,
    );
    expect(readdirSync(output).map((name) => [name, readFileSync(join(output, name), "utf8")])).toEqual(
      before,
    );
    return error;
  };

  it("of another model, scheme, setting or data, with every difference named", async () => {
    const output = newFolder();
    await stopped(output, 6);
    const path = join(output, "checkpoint.safetensors");
    const error = await refused(output, { model: "wrn-10-0.5", scheme: "skipinit" });
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error.message).toContain(`the settings of the checkpoint ${path}`);
    expect(error.message).toContain(
      "`model` wrn-10-0.25 (here wrn-10-0.5), `scheme` batchnorm (here skipinit)",
    );
    const differing: [Partial<TrainOptions>, string][] = [
      [{ learningRate: 0.1 }, "learningRate 0.1"],
      [{ seed: 4 }, "seed 4"],
      [{ steps: 13 }, "length.steps 13"],
      [{ ghostBatch: 22 }, "ghostBatch 22"],
      [{ augment: false }, "augment false"],
      [{ testEvery: { steps: 6 } }, "testEvery.steps 6"],
      [{ testImages: 30 }, "testImages 30"],
      [{ momentum: 0.8 }, "recipe.momentum 0.8"],
      [{ data: { ...settings.data, train: easyImages(201) } }, "training images 201"],
      [{ data: { ...settings.data, checksums: { "a.bin": "1" } } }, "data checksums.a.bin 1"],
      [{ backend: "cpu" }, "backend cpu"],
    ];
    for (const [more, message] of differing) {
      const [, name, here] = /^(.*) (\S+)$/.exec(message)!;
      const said = (await refused(output, more)).message.replaceAll("`", "");
      expect(said).toMatch(new RegExp(`[:,] ${name} \\S+ \\(here ${here}\\)`));
    }
  });

  it("of another version", async () => {
    const output = newFolder();
    await stopped(output, 6);
    const path = join(output, "checkpoint.safetensors");
    const file = readFileSync(path);
    const version = Buffer.from('{\\"version\\":\\"');
    file[file.indexOf(version) + version.length] = "9".charCodeAt(0);
    writeFileSync(path, file);
    expect((await refused(output, {})).message).toMatch(/checkpoint .*: `version` 9\.\d.* \(here 0\.\d/);
  });

  it("that is damaged, or whose metrics are", async () => {
    const output = newFolder();
    await stopped(output, 6);
    const [path, metrics] = ["checkpoint.safetensors", "metrics.jsonl"].map((name) => join(output, name));
    copyFileSync(metrics, join(root, "metrics"));
    writeFileSync(metrics, readFileSync(metrics, "utf8").split("\n").slice(1).join("\n"));
    expect((await refused(output, {})).message).toBe(
      `${metrics} does not have each of the 6 steps before the checkpoint`,
    );
    copyFileSync(join(root, "metrics"), metrics);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    expect(await refused(output, {})).toBeInstanceOf(DataError);
    writeFileSync(path, "no checkpoint");
    expect((await refused(output, {})).message).toContain(`${path} is not a safetensors file`);
  });

  it("without a folder, or with a number of steps that is none", async () => {
    const refusedWith = (more: Partial<TrainOptions>) => expect(train({ ...settings, ...more })).rejects;
    await refusedWith({ resume: true }).toThrow("output must be given with checkpoints");
    await refusedWith({}).toThrow("output must be given with checkpoints");
    await refusedWith({ checkpointEvery: 0, output: newFolder() }).toThrow("checkpoint every must be");
  });
});

describe("weights to load", () => {
  it("are refused, before the data are asked for, when they are another run's", async () => {
    const weights = join(root, "weights.safetensors");
    const plain = { ...settings, checkpointEvery: undefined, steps: 2 };
    const run = await train({ ...plain, saveWeights: weights });
    const asked = () => expect.unreachable();
    const load = (more: Partial<TrainOptions>) =>
      expect(train({ ...plain, loadWeights: weights, data: asked, ...more })).rejects;
    await load({ scheme: "sqrt2" }).toThrow(`scheme must be "batchnorm", as in ${weights}, not "sqrt2"`);
    await load({ model: "wrn-16-1" }).toThrow(
      `model must be "wrn-10-0.25", as in ${weights}, not "wrn-16-1"`,
    );
    await load({ loadWeights: join(root, "none") }).toThrow("cannot read");
    await load({ loadWeights: undefined, saveWeights: root }).toThrow(`cannot write ${root}: it is a folder`);
    // The profile before is that of the weights that were loaded.
    const again = await train({ ...plain, loadWeights: weights });
    expect(again.profile.before).toEqual(run.profile.after);
  });
});

it("a full disk ends the run, and the last checkpoint stays to go on from", async () => {
  const [whole, output] = [newFolder(), newFolder()];
  await train({ ...settings, output: whole });
  await stopped(output, 6);
  const before = checkpointOf(output);
  const { steps, checkpointEvery } = settings;
  const runs = [{ output, resume: true, steps, checkpointEvery }];
  // metrics.jsonl fits, and half of the checkpoint does.
  const { stderr, signal } = await trainOnFullDisk({ runs }, Math.floor(before.length / 2048));
  expect(signal).toBeNull();
  expect(stderr).toMatch(/^cannot write .*checkpoint\.safetensors: the file is larger than it may be\n$/);
  expect(checkpointOf(output).equals(before)).toBe(true);
  expect(readdirSync(output).sort()).toEqual(["checkpoint.safetensors", "metrics.jsonl"]);
  await train({ ...settings, output, resume: true });
  expect(metricsOf(output)).toEqual(metricsOf(whole));
  expect(resultOf(output)).toEqual(resultOf(whole));
});
