// The merged document of the folders of a plan: node --import tsx scripts/clusters/merge.ts PLAN FOLDER… > FILE
import { readFileSync } from "node:fs";
import type { SweepPlanDocument } from "../../src/network/documents/sweep.js";
import { mergeSweep } from "../../src/sweep/merge/merge-sweep.js";

const [path, ...folders] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(path, "utf8")) as SweepPlanDocument;
process.stdout.write(`${JSON.stringify(await mergeSweep({ plan, folders }), null, 2)}\n`);
