import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { InvalidArgumentError, LockedError, OverwriteError } from "../../src/network/errors.js";
import { openStream } from "../../src/random/index.js";
import { type TrainOptions, train } from "../../src/train/index.js";
import { newPathsIn, temporaryFolder } from "../helpers/temporary-folder.js";
import { checkpointedSettings, metricsOf, resultOf } from "./checkpointed-settings.js";
import { trainUntilKilled } from "./train-in-process.js";

const root = temporaryFolder("overwrite");
const newFolder = newPathsIn(root);
const settings = { ...checkpointedSettings, steps: 8, checkpointEvery: 5, probeEvery: { steps: 4 } } as const;
const fresh = { ...settings, seed: 4 };

/** Every file of a folder, hidden ones too. */
const contentOf = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name)).toString("base64")]),
  );

let old: string;
let whole: string;
beforeAll(async () => {
  [old, whole] = [newFolder(), newFolder()];
  await train({ ...settings, output: old });
  await train({ ...fresh, output: whole });
});

/** A copy of the folder of the old run. */
function copyOfOld(): string {
  const output = newFolder();
  cpSync(old, output, { recursive: true });
  return output;
}

describe("a run that is there", () => {
  it("is refused before any data are asked for, and left as it is", async () => {
    const output = copyOfOld();
    const asked = () => expect.unreachable();
    for (const more of [{}, { checkpointEvery: undefined }, { seed: 5 }]) {
      const run = train({ ...settings, data: asked, output, ...more });
      await expect(run).rejects.toThrow(OverwriteError);
      await expect(run).rejects.toThrow(/has a run in it .*`resume`.*`overwrite`/);
    }
    await expect(train({ ...settings, output, resume: true, overwrite: true })).rejects.toThrow(
      InvalidArgumentError,
    );
    expect(contentOf(output)).toEqual(contentOf(old));
  });

  it("stays until the new one has its first step, and is then replaced whole", async () => {
    const output = copyOfOld();
    writeFileSync(join(output, "notes.txt"), "mine");
    const before = contentOf(output);
    const seen: string[] = [];
    const unchanged = () => {
      const { ".respath.lock": _, ...files } = contentOf(join(output));
      expect(files).toEqual(before);
      seen.push("old");
    };
    await train({
      ...fresh,
      probeEvery: undefined,
      checkpointEvery: undefined,
      output,
      overwrite: true,
      data: async () => {
        unchanged();
        return settings.data;
      },
      onStep: ({ step }) => {
        expect(metricsOf(output)).toHaveLength(step);
        const names = readdirSync(output).filter((name) => !name.startsWith("."));
        expect(names.sort()).toEqual(["metrics.jsonl", "notes.txt"]);
      },
    });
    expect(seen).toEqual(["old"]);
    expect(readdirSync(output).sort()).toEqual(["metrics.jsonl", "notes.txt", "run.json"]);
    expect(metricsOf(output)).toEqual(metricsOf(whole));
  });

  it("stays when the new one fails or is stopped before its first step", async () => {
    const output = copyOfOld();
    const overwriting = (more: Partial<TrainOptions>) =>
      train({ ...fresh, output, overwrite: true, ...more });
    await expect(overwriting({ data: () => Promise.reject(new Error("no data")) })).rejects.toThrow(
      "no data",
    );
    await expect(overwriting({ signal: AbortSignal.abort() })).rejects.toThrow(
      /^stopped before the first step$/,
    );
    const failing = () => {
      throw new Error("at the first probe");
    };
    await expect(overwriting({ onProbe: failing })).rejects.toThrow("at the first probe");
    expect(contentOf(output)).toEqual(contentOf(old));
  });

  it("is replaced where there is none, too", async () => {
    const output = newFolder();
    await train({ ...fresh, output, overwrite: true });
    expect(resultOf(output)).toEqual(resultOf(whole));
  });
});

it("a folder is left away again when the run ends before its first step", async () => {
  const output = join(root, "runs", "one");
  const run = train({ ...settings, output, data: () => Promise.reject(new Error("no data")) });
  await expect(run).rejects.toThrow("no data");
  expect(existsSync(join(root, "runs"))).toBe(false);
});

describe("weights that are there", () => {
  const weights = join(root, "weights.safetensors");

  it.each(["saveWeights", "saveBest"] as const)("are not lost to %s", async (option) => {
    writeFileSync(weights, "old");
    const asked = () => expect.unreachable();
    const plain = { ...fresh, checkpointEvery: undefined, probeEvery: undefined, [option]: weights };
    await expect(train({ ...plain, data: asked })).rejects.toThrow(
      new RegExp(
        `^${weights} is there already: \`overwrite\` replaces it .*, and another \`save(Weights|Best)\` keeps it`,
      ),
    );
    let steps = 0;
    const onStep = () => {
      steps++;
      if (option === "saveWeights") expect(readFileSync(weights, "utf8")).toBe("old");
    };
    await train({ ...plain, overwrite: true, onStep });
    expect(steps).toBe(8);
    expect(readFileSync(weights).length).toBeGreaterThan(1000);
  });

  it("of a run that goes on are its own", async () => {
    const output = copyOfOld();
    const saveWeights = join(output, "weights.safetensors");
    writeFileSync(saveWeights, "old");
    await train({ ...settings, output, resume: true, saveWeights });
    expect(readFileSync(saveWeights).length).toBeGreaterThan(1000);
  });

  it("are another file than the run's others, in a folder that exists", async () => {
    const output = newFolder();
    const refused = (more: Partial<TrainOptions>) => expect(train({ ...settings, output, ...more })).rejects;
    await refused({ saveWeights: join(output, "checkpoint.safetensors") }).toThrow("another file than");
    await refused({ saveWeights: join(output, "a"), saveBest: join(output, "a") }).toThrow(
      "another file than",
    );
    await refused({ saveBest: join(root, "no", "a") }).toThrow(`there is no folder ${join(root, "no")}`);
    expect(existsSync(output)).toBe(false);
  });
});

it("two runs into one folder: the second is refused while the first goes on", async () => {
  const output = newFolder();
  let refused: unknown;
  await train({
    ...settings,
    output,
    data: async () => {
      refused = await train({ ...settings, output, overwrite: true }).catch((error) => error);
      return settings.data;
    },
  });
  expect(refused).toBeInstanceOf(LockedError);
  expect(resultOf(output)).toEqual(resultOf(old));
  expect(readdirSync(output)).not.toContain(".respath.lock");
});

describe("kill -9 during an overwrite", () => {
  const stream = openStream({ seed: 1, purpose: "killings" });
  // From the start of training on, about the time it takes to the first step and some more; and from the first step on.
  const kills = [0, 0, 0, 0, 1, 1].map((target) => ({
    target,
    delay: Math.floor((target === 0 ? 250 : 12) * stream.nextUniform()),
  }));

  it.concurrent.each(kills)(
    "$delay ms after step $target leaves the old run or the new one",
    async (kill) => {
      const output = copyOfOld();
      const { steps, checkpointEvery, probeEvery, seed } = fresh;
      const options = { output, steps, checkpointEvery, probeEvery, seed, overwrite: true };
      const killed = await trainUntilKilled({ runs: [options], target: kill.target }, kill.delay);
      expect(killed).toEqual({ signal: "SIGKILL", stderr: "" });
      // What is there is refused by a run that is not to replace it, which has a look first.
      await expect(train({ ...settings, output })).rejects.toThrow("has a run in it");
      const isOld = metricsOf(output)[0].loss === metricsOf(old)[0].loss;
      if (kill.target > 0) expect(isOld).toBe(false);
      if (isOld) {
        expect(contentOf(output)).toEqual(contentOf(old));
        await train({ ...fresh, output, overwrite: true });
      } else {
        expect(existsSync(join(output, "run.json"))).toBe(false);
        await train({ ...fresh, output, resume: true });
      }
      expect(metricsOf(output)).toEqual(metricsOf(whole));
      expect(resultOf(output)).toEqual(resultOf(whole));
      expect(readFileSync(join(output, "probe.jsonl"), "utf8")).toBe(
        readFileSync(join(whole, "probe.jsonl"), "utf8"),
      );
      expect(readdirSync(output).sort()).toEqual(readdirSync(whole).sort());
    },
  );
});
