import { describe, expect, it } from "vitest";
import { runInWorkers } from "../../src/pool/index.js";

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

  it("asks a job to stop, and rejects with the reason", async () => {
    const stop = new AbortController();
    const running = runInWorkers({
      module,
      jobs: [99],
      workers: 1,
      signal: stop.signal,
      onMessage: () => stop.abort(new Error("enough")),
    });
    await expect(running).rejects.toThrow("enough");
  });

  it("has nothing to do for no jobs, and refuses no workers", async () => {
    expect(await runInWorkers({ module, jobs: [], workers: 1 })).toEqual([]);
    await expect(runInWorkers({ module, jobs: [1], workers: 0 })).rejects.toThrow("workers must be");
  });
});
