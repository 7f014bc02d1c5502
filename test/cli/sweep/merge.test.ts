import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { jobFiles, sweepFiles } from "../../../src/sweep/run/sweep-folder.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { runDocument } from "../../plot/documents.js";
import { idOf, planOf } from "../../sweep/fake-sweep.js";
import { expectRefused, respath } from "../run.js";

const folder = temporaryFolder("merge");
const plan = planOf({
  rules: { halving: { steps: [10], keep: 0.5, along: ["lr"] } },
  jobs: [0.1, 0.2].map((lr) => ({ at: { lr, seed: 0 } })),
});
writeFileSync(sweepFiles.plan(folder), JSON.stringify(plan));
const place = sweepFiles.job(folder, idOf(1));
mkdirSync(place, { recursive: true });
const document = runDocument({ scheme: "batchnorm", depth: 6 });
writeFileSync(jobFiles.result(place), JSON.stringify(document));
const out = join(folder, "merged.json");
const merge = () => respath(["sweep", "merge", folder, "-o", out]);

describe("sweep merge", () => {
  it.each(["[", "{}", '[{"at":null}]', '[{"at":{},"steps":10,"kept":[{}],"dropped":[]}]'])(
    "refuses decisions that are damaged: %s",
    async (text) => {
      writeFileSync(sweepFiles.rungs(folder), text);
      expectRefused(await merge(), /rungs\.json is damaged: .*; remove it to decide again$/m);
    },
  );
});
