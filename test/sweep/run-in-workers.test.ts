import { describe, expect, it } from "vitest";
import { runInWorkers, trainInWorkers } from "../../src/sweep/index.js";
import { train } from "../../src/train/index.js";
import { easyImages } from "../train/images.js";

const module = new URL("./echo-worker.js", import.meta.url);

describe("runInWorkers", () => {
  it("returns the results in the order of the jobs, and passes messages on", async () => {
    const messages: string[] = [];
    const results = await runInWorkers<number, number, string>({
      module,
      jobs: [3, 1, 2],
      workers: 2,
      onMessage: (message, job) => messages.push(`${job}: ${message}`),
    });
    expect(results).toEqual([6, 2, 4]);
    expect(messages.sort()).toEqual(["0: job 3", "1: job 1", "2: job 2"]);
  });

  it("keeps the name, message and exit code of an error, and stops the other jobs", async () => {
    await expect(runInWorkers({ module, jobs: [99, 13], workers: 2 })).rejects.toMatchObject({
      name: "InvalidArgumentError",
      message: "job must be another number, not 13",
      exitCode: 2,
    });
  });

  it("keeps the stack of a bug", async () => {
    await expect(runInWorkers({ module, jobs: [-1], workers: 1 })).rejects.toMatchObject({
      name: "TypeError",
      message: "a bug",
      stack: expect.stringContaining("echo-worker"),
    });
  });

  it("asks a job to stop", async () => {
    const stop = new AbortController();
    const running = runInWorkers({
      module,
      jobs: [99],
      workers: 1,
      signal: stop.signal,
      onMessage: () => stop.abort(),
    });
    await expect(running).rejects.toThrow("stopped");
  });

  it("has nothing to do for no jobs, and refuses no workers", async () => {
    expect(await runInWorkers({ module, jobs: [], workers: 1 })).toEqual([]);
    await expect(runInWorkers({ module, jobs: [1], workers: 0 })).rejects.toThrow("workers must be");
  });
});

describe("trainInWorkers", () => {
  const data = { train: easyImages(100), test: easyImages(20, 1) };
  const job = {
    model: "wrn-10-0.25",
    scheme: "batchnorm",
    steps: 3,
    batch: 16,
    learningRate: 0.1,
    imageSize: 8,
  };

  it("gives what train gives, whatever the thread", async () => {
    const jobs = [job, { ...job, scheme: "skipinit" }];
    const steps = [0, 0];
    const runs = await trainInWorkers({
      jobs,
      data,
      workers: 2,
      onProgress: (progress, index) => {
        if ("metrics" in progress) steps[index]++;
      },
    });
    const here = await train({ ...jobs[1], data });
    expect(runs.map(({ scheme }) => scheme)).toEqual(["batchnorm", "skipinit"]);
    expect(runs[1].lossCurve).toEqual(here.lossCurve);
    expect(runs[1].testAccuracy).toBe(here.testAccuracy);
    expect(steps).toEqual([3, 3]);
  });

  it("refuses bad settings before it starts", async () => {
    await expect(trainInWorkers({ jobs: [job, { ...job, model: "x" }], data, workers: 2 })).rejects.toThrow(
      "model",
    );
  });
});
