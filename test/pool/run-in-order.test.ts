import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runInOrder } from "../../src/pool/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const echo = new URL("./echo-worker.js", import.meta.url);
const exiting = new URL("./exiting-worker.js", import.meta.url);

const named = <Job>(jobs: readonly Job[]) =>
  jobs.map((job, index) => ({ job, name: `network ${index + 1}` }));

async function all<Result>(results: AsyncIterable<Result>): Promise<Result[]> {
  const list: Result[] = [];
  for await (const result of results) list.push(result);
  return list;
}

const folder = temporaryFolder("sweep");

describe("runInOrder", () => {
  it("yields the results in the order of the jobs, to the last of them", async () => {
    const jobs = named([5, 3, 1, 2, 4, 8, 6]);
    expect(await all(runInOrder({ module: echo, jobs, workers: 2 }))).toEqual([10, 6, 2, 4, 8, 16, 12]);
    expect(await all(runInOrder({ module: echo, jobs: [], workers: 2 }))).toEqual([]);
  });

  it("asks for jobs without an end only as they are needed, and stops when its consumer does", async () => {
    let asked = 0;
    function* endless() {
      for (; ; asked++) yield { job: asked, name: `network ${asked}` };
    }
    const seen: number[] = [];
    for await (const result of runInOrder<number, number>({ module: echo, jobs: endless(), workers: 2 })) {
      seen.push(result);
      if (seen.length === 5) break;
    }
    expect(seen).toEqual([0, 2, 4, 6, 8]);
    // The five, and at most two for each thread beyond them.
    expect(asked).toBeLessThanOrEqual(9);
  });

  it("is not disturbed by replies that come while it ends", async () => {
    for (let run = 0; run < 3; run++) {
      const jobs = named(Array.from({ length: 100 }, (_, index) => index % 10));
      const seen: number[] = [];
      for await (const result of runInOrder<number, number>({ module: echo, jobs, workers: 3 })) {
        seen.push(result);
        break;
      }
      expect(seen).toEqual([0]);
    }
  });

  it("says why a module cannot be loaded", async () => {
    const module = new URL("./nowhere.js", import.meta.url);
    await expect(all(runInOrder({ module, jobs: named([1]), workers: 1 }))).rejects.toThrow(/nowhere/);
  });

  it("fails with what failed first, even while an earlier job is under way", async () => {
    const results = runInOrder({ module: echo, jobs: named([99, 13]), workers: 2 });
    await expect(all(results)).rejects.toMatchObject({ name: "InvalidArgumentError", exitCode: 2 });
  });

  it("replaces a thread that ends, and does its job again", async () => {
    const jobs = named([0, 1, 2].map((number) => ({ number, marker: join(folder, String(number)) })));
    expect(await all(runInOrder({ module: exiting, jobs, workers: 2 }))).toEqual([0, 1, 2]);
  });

  it("gives a job up whose thread ends every time, and names it", async () => {
    const results = runInOrder({ module: exiting, jobs: named([{ number: 0 }]), workers: 1 });
    await expect(all(results)).rejects.toThrow(/^network 1 ended its thread 3 times \(.*7\)/);
  });

  it("stops with the reason of its signal", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 300);
    const results = runInOrder({ module: echo, jobs: named([99]), workers: 1, signal: stop.signal });
    await expect(all(results)).rejects.toThrow("enough");
  });
});
