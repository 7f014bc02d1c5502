// A plan of tiny training runs on a folder of noise, the first of which are long enough to be met by a signal:
//
//   node --import tsx scripts/clusters/prepare.ts FOLDER JOBS STEPS,STEPS,…
//
// writes FOLDER/images/ and FOLDER/plan.json, whose first jobs have these numbers of steps, and prints the ids of those.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { FORMAT } from "../../src/network/format.js";
import { openStream } from "../../src/random/stream.js";
import { jobId } from "../../src/sweep/plan/job-id.js";
import { sealed } from "../../src/sweep/plan/plan-sweep.js";
import { VERSION } from "../../src/system/provenance.js";

const [folder, count, long] = process.argv.slice(2);
const steps = long.split(",").map(Number);
const SIDE = 8;
for (const label of ["one", "two"]) {
  mkdirSync(join(folder, "images", label), { recursive: true });
  const stream = openStream({ seed: 0, purpose: label });
  for (let index = 0; index < 20; index++) {
    const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => 256 * stream.nextUniform());
    const image = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } });
    writeFileSync(join(folder, "images", label, `${index}.png`), await image.png().toBuffer());
  }
}

const command = "train";
const fixed = {
  ...{ model: "wrn-10-1", scheme: "skipinit", alpha: "1/sqrt(d)" },
  ...{ data: join(folder, "images"), "image-size": SIDE, batch: 8 },
};
const jobs = Array.from({ length: Number(count) }, (_, seed) => {
  const at = { steps: steps[seed] ?? 5, seed };
  return { id: jobId(command, { ...fixed, ...at }), at, seconds: 2 + 0.02 * at.steps, bytes: 3e8 };
});
const axes = ["steps", "seed"];
const plan = sealed({ kind: "sweep-plan", format: FORMAT, respath: VERSION, command, fixed, axes, jobs });
writeFileSync(join(folder, "plan.json"), `${JSON.stringify(plan)}\n`);
for (const { id } of jobs.slice(0, steps.length)) console.log(id);
