import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeProbes, probeOption } from "../../src/cli/probe-option.js";
import { parseResultDocument } from "../../src/plot/index.js";
import { readProbes } from "../../src/train/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { hasCifar10 } from "./real-cifar10.js";
import { expectRefused, respath } from "./run.js";

const folder = temporaryFolder("cli");

it.each([
  ["every=100", { probeEvery: { steps: 100 } }],
  ["every=0.5epochs", { probeEvery: { epochs: 0.5 } }],
  ["images=32, every=1epochs", { probeEvery: { epochs: 1 }, probeImages: 32 }],
])("--probe %s is understood", (text, settings) => {
  expect(probeOption.coerce(text)).toEqual(settings);
});

it.each([
  ["100", /--probe must be every=N/],
  ["images=64", /--probe must be every=N/],
  ["every=1,every=2", /--probe must be every=N/],
  ["every=1,pictures=2", /--probe must be every=N/],
  ["every=0", /--probe every must be a whole number/],
  ["every=soon", /--probe every must be a number of steps, or of epochs/],
  ["every=5,images=1", /--probe images must be a whole number of at least 2/],
])("--probe %s is refused", (text, message) => {
  expect(() => probeOption.coerce(text)).toThrow(message);
});

it("without --out is refused before any data are fetched, in one line", async () => {
  const line = "train --model wrn-16-1 --scheme batchnorm --steps 1 --probe every=1";
  expectRefused(
    await respath(line.split(" "), { env: { RESPATH_CACHE: folder } }),
    /--out must be given with probes, as the folder for probe\.jsonl/,
  );
});

const isThere = hasCifar10("a run with probes");

it.skipIf(!isThere)("a run says how far its signal travels, and plot draws it", async () => {
  const [out, picture] = [join(folder, "run"), join(folder, "picture.svg")];
  const line = `train --model wrn-10-0.25 --scheme skipinit --steps 3 --image-size 8 --test-images 100 --probe every=2,images=16 --out ${out}`;
  const { code, stderr } = await respath(line.split(" "));
  expect(code).toBe(0);
  const probes = await readProbes(out);
  expect(probes.map(({ step, images }) => [step, images])).toEqual([
    [0, 16],
    [2, 16],
    [3, 16],
  ]);
  expect(stderr).toContain(`wrote ${out}/probe.jsonl: ${describeProbes(probes)}`);
  expect(describeProbes(probes)).toMatch(
    /^mean path length -?\d\.\d{3} before, -?\d\.\d{3} after 3 steps \(from the variance profile \d\.\d{3} before, \d\.\d{3}\)$/,
  );
  const drawn = await respath(["plot", join(out, "probe.jsonl"), "-o", picture]);
  expect(drawn.code).toBe(0);
  expect(existsSync(picture)).toBe(true);
  const text = probes.map((probe) => `${JSON.stringify(probe)}\n`).join("");
  expect(await parseResultDocument(text, "it")).toEqual({ kind: "probes", format: 1, runs: [probes] });
});
