import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pathLengths, predictConvolutionalMoments } from "../../src/analytic/index.js";
import { meanWithError, studentTwoSided } from "../../src/compare/index.js";
import { parseMeasuredProfile } from "../../src/network/measured-profile/index.js";
import { respath } from "../cli/run.js";
import { hasPythonModules, python, pythonEnvironment } from "../helpers/python.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = join(import.meta.dirname, "../..");
const script = join(root, "docs/interop/measure_profile.py");
const folder = temporaryFolder("pytorch");

it("the page shows the script as it is", () => {
  const page = readFileSync(join(root, "docs/your-own-network.md"), "utf8");
  const shown = /```python\n([\s\S]*?)```/.exec(page)?.[1];
  expect(shown).toBe(readFileSync(script, "utf8"));
});

const hasTorch = hasPythonModules(["torch"], "measure_profile.py is not run");

describe.skipIf(!hasTorch)("the PyTorch script", () => {
  it("writes a profile that respath paths takes", async () => {
    const file = join(folder, "measured.json");
    execFileSync(python, [script, file, "3"], { env: pythonEnvironment });
    const profile = parseMeasuredProfile(readFileSync(file, "utf8"), { source: file });
    expect(profile.skip).toHaveLength(20);
    const { stdout, code } = await respath(["paths", "--profile", file, "--within", "5", "--json"]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ kind: "measured-path-lengths", source: file, depth: 20 });
    // K is a sum of independent indicators, whose means add up.
    const mean = profile.skip.reduce((sum, s, i) => sum + profile.branch[i] / (s + profile.branch[i]), 0);
    expect(Math.abs(document.mean / mean - 1)).toBeLessThan(20 * Number.EPSILON);
  });

  it("measures the mean path length that the convolutional closed form predicts", () => {
    // 12 seeds of 64 channels: the scatter between them gives the standard error.
    const loop = `
import json, sys, torch
sys.path.insert(0, sys.argv[1])
from measure_profile import measure_profile, resnet
def measured(seed):
    torch.manual_seed(seed)
    return measure_profile(resnet(20, 64), torch.randn(64, 3, 8, 8))
print(json.dumps([measured(seed) for seed in range(12)]))`;
    const printed = execFileSync(python, ["-c", loop, join(root, "docs/interop")], {
      env: pythonEnvironment,
      encoding: "utf8",
    });
    const runs = (JSON.parse(printed) as object[]).map((blocks) => {
      const profile = parseMeasuredProfile(JSON.stringify({ blocks }), { source: "PyTorch" });
      return pathLengths(profile).mean;
    });
    const { skip, branch } = predictConvolutionalMoments({ depth: 20, size: 8 });
    const theory = pathLengths({ origin: "predicted", skip, branch }).mean;
    const { mean, se } = meanWithError(runs);
    const p = studentTwoSided((mean - theory) / se, runs.length - 1);
    expect(p, `${mean} ± ${se}, theory ${theory}`).toBeGreaterThan(0.001);
    // The error is small enough to tell from 1/(i+1), the law of linear branches without padding.
    const linear = Array.from({ length: 20 }, (_, i) => 1 / (i + 2)).reduce((sum, q) => sum + q, 0);
    expect(studentTwoSided((mean - linear) / se, runs.length - 1)).toBeLessThan(0.001);
  });
});
