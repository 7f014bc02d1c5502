import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStream } from "../../src/random/index.js";
import { train } from "../../src/train/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { checkpointedSettings, metricsOf, resultOf } from "./checkpointed-settings.js";
import { trainUntilKilled } from "./train-in-process.js";

const folder = temporaryFolder("kill");

/** Steps to be killed after, in order, and how many milliseconds after each. */
function killings(count: number, seed: number): { target: number; delay: number }[] {
  const stream = openStream({ seed, purpose: "killings" });
  const targets = Array.from({ length: count }, () => 1 + Math.floor(44 * stream.nextUniform()));
  return targets
    .sort((a, b) => a - b)
    .map((target) => ({ target, delay: Math.floor(12 * stream.nextUniform()) }));
}

/** Where a run leaves its files, and what it has found. */
function runIn(name: string) {
  const output = join(folder, name);
  const saveWeights = `${output}.safetensors`;
  return {
    files: { output, saveWeights },
    found: () => ({
      metrics: metricsOf(output),
      result: resultOf(output),
      weights: readFileSync(saveWeights).toString("base64"),
    }),
  };
}

/** The same run, never killed, on one thread. */
async function wholeRun(scheme: string, name: string) {
  const { files, found } = runIn(`${name}-whole`);
  await train({ ...checkpointedSettings, ...files, scheme });
  return found();
}

describe("a run that is killed and resumed", () => {
  // The first process has three runs at a time: nine kills, and one of a run on two threads.
  it.concurrent.each([
    { kills: 3, workers: 1, schemes: ["batchnorm", "skipinit", "sqrt2"] },
    { kills: 1, workers: 2, schemes: ["batchnorm"] },
  ])("is the run that was not, bit for bit: $kills times, $workers thread(s), $schemes", async (chain) => {
    const { kills, workers, schemes } = chain;
    const runs = schemes.map((scheme, index) => {
      const { files, found } = runIn(`${scheme}-${workers}`);
      const options = { ...files, scheme, workers, checkpointEvery: index + 1, resume: true };
      return { scheme, options, found };
    });
    for (const { target, delay } of killings(kills, workers)) {
      const killed = await trainUntilKilled({ runs: runs.map(({ options }) => options), target }, delay);
      expect(killed).toEqual({ signal: "SIGKILL", stderr: "" });
    }
    const resumed: number[] = [];
    for (const { scheme, options, found } of runs) {
      expect(existsSync(join(options.output, "run.json"))).toBe(false);
      const onResume = (step: number) => resumed.push(step);
      // What two threads began, one ends.
      await train({ ...checkpointedSettings, ...options, workers: 1, onResume });
      const files = readdirSync(options.output);
      expect(files.sort()).toEqual(["checkpoint.safetensors", "metrics.jsonl", "run.json"]);
      expect(found()).toEqual(await wholeRun(scheme, `${scheme}-${workers}`));
    }
    expect(Math.max(...resumed)).toBeGreaterThan(0);
  });
});
