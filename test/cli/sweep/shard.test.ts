import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sealed } from "../../../src/sweep/plan/plan-sweep.js";
import { jobFiles, sweepFiles } from "../../../src/sweep/run/sweep-folder.js";
import { VERSION } from "../../../src/system/provenance.js";
import { temporaryFolder } from "../../helpers/temporary-folder.js";
import { idOf } from "../../sweep/fake-sweep.js";
import { expectRefused, respath } from "../run.js";

const folder = temporaryFolder("shard");
const path = join(folder, "plan.json");
const plan = sealed({
  ...{ kind: "sweep-plan", format: 1, respath: VERSION, command: "sample" },
  fixed: { scheme: "batchnorm", depth: 5, width: 8, batch: 8, trials: 4 },
  axes: ["seed"],
  jobs: [0, 1, 2].map((seed) => ({ id: idOf(seed), at: { seed } })),
});
writeFileSync(path, JSON.stringify(plan));

describe("sweep shard", () => {
  const out = join(folder, "out");
  const shard = (of: number, env: NodeJS.ProcessEnv) =>
    respath(["sweep", "shard", path, "--out", out, "--of", String(of)], { env });

  it("does its part in a folder of its own, at the same time as the others, and both are merged as one", async () => {
    const ended = await Promise.all(["0", "1"].map((index) => shard(2, { JOB_COMPLETION_INDEX: index })));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    const done = (index: number) =>
      plan.jobs.filter(({ id }) =>
        existsSync(jobFiles.result(sweepFiles.job(join(out, `shard-${index}-of-2`), id))),
      );
    expect([...done(0), ...done(1)].map(({ id }) => id).sort()).toEqual([0, 1, 2].map(idOf));

    const single = join(folder, "single");
    expect(await respath(["sweep", "run", path, "--out", single])).toMatchObject({ code: 0 });
    const merged = async (name: string, folders: readonly string[]) => {
      const file = join(folder, `${name}.json`);
      const { code, stderr } = await respath(["sweep", "merge", ...folders, "-o", file]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      return readFileSync(file, "utf8");
    };
    const shards = [0, 1].map((index) => join(out, `shard-${index}-of-2`));
    expect(await merged("shards", shards)).toBe(await merged("one", [single]));
  });

  it("refuses shards of another number in the folder, which would do the same jobs again", async () => {
    expectRefused(
      await shard(3, { JOB_COMPLETION_INDEX: "0" }),
      /has shards of 2, and this is one of 3: give --of 2/,
    );
  });

  it("refuses to guess which part it is", async () => {
    expectRefused(await shard(2, {}), /give --index: none of/);
  });
});

describe("sweep emit", () => {
  const emit = (...args: readonly string[]) => respath(["sweep", "emit", ...args]);

  it("prints a script, or writes it whole", async () => {
    const { code, stdout } = await emit("slurm", path, "--results", join(folder, "it's"), "--time", "10");
    expect({ code }).toEqual({ code: 0 });
    expect(stdout).toMatch(/^#!\/bin\/bash\n/);
    expect(stdout).toContain(`results='${join(folder, "it'\\''s")}'`);
    const file = join(folder, "job.yaml");
    expect(
      await emit("k8s", path, "--image", "respath:1", "--claim", "sweeps", "--mem", "1Gi", "-o", file),
    ).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(file, "utf8")).toContain("completionMode: Indexed");
  });

  it("says in one line what is wrong", async () => {
    expectRefused(await emit("slurm", path), /--results is missing/);
    expectRefused(await emit("k8s", path, "--claim", "sweeps"), /--image is missing/);
    expectRefused(
      await emit("k8s", path, "--image", "x", "--claim", "y", "--time", "1"),
      /--time is for slurm/,
    );
    expectRefused(
      await emit("slurm", path, "--results", "x", "--time", "1\n#SBATCH --uid=0"),
      /--time must be/,
    );
    expectRefused(await emit("slurm", path, "--results", "x", "--mem", "2Gi"), /--mem must be/);
    expectRefused(await emit("slum", path, "--results", "x"), /slurm/);
  });
});
