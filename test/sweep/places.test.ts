import { spawn, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectRefused, type Finished, main, respath } from "../cli/run.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { sampling, seeds, writePlan } from "./real-sweep.js";

const folder = temporaryFolder("sweep-places");
chmodSync(folder, 0o755);
const plan = writePlan({
  path: join(folder, "plan.json"),
  command: "sample",
  fixed: sampling(4),
  jobs: seeds(2),
});
const spec = join(folder, "sweep.yaml");
writeFileSync(spec, "command: sample\nfixed: {scheme: sqrt2, depth: 5, trials: 2}\ngrid: {seed: [1, 2]}\n");
const done = join(folder, "done");
const files = () => (readdirSync(folder, { recursive: true }) as string[]).sort();

/** Every action that writes, into a place. */
const LINES: readonly (readonly [string, (place: string) => readonly string[]])[] = [
  ["plan", (place) => ["plan", spec, "--no-calibrate", "-o", place]],
  ["run", (place) => ["run", plan, "--out", place]],
  ["shard", (place) => ["shard", plan, "--index", "0", "--of", "2", "--out", place]],
  ["merge", (place) => ["merge", done, "-o", place]],
  ["emit slurm", (place) => ["emit", "slurm", plan, "--results", join(folder, "results"), "-o", place]],
  ["emit k8s", (place) => ["emit", "k8s", plan, "--image", "respath", "--claim", "sweeps", "-o", place]],
];

/** Root may write everywhere: the command is run by a user who may not, if that one may run it at all. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const canBeNobody = spawnSync(process.execPath, [main, "--version"], { ...NOBODY, cwd: "/" }).status === 0;

function respathOfNobody(args: readonly string[]): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { ...NOBODY, cwd: "/" });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.on("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

describe("a sweep", () => {
  it("is done, to be merged", async () => {
    expect(await respath(["sweep", "run", plan, "--out", done])).toMatchObject({ code: 0 });
  });

  it.each(LINES)("%s is refused in one line where a folder of the path is missing", async (_, line) => {
    const before = files();
    const refused = await respath(["sweep", ...line(join(folder, "no/such/place"))]);
    expectRefused(refused, /^respath: cannot write .*of this path only \S+ exists/);
    expect(files()).toEqual(before);
  });

  it.each(LINES)(
    "%s is refused in one line where something of another kind is in the way",
    async (action, line) => {
      const place = join(folder, `in the way of ${action}`);
      const isFolder = ["run", "shard"].includes(action);
      if (isFolder) writeFileSync(place, "");
      else mkdirSync(place);
      const before = files();
      const refused = await respath(["sweep", ...line(place)]);
      expectRefused(
        refused,
        isFolder ? /a file is in the way of a folder|not a folder/ : /: it is a folder$/m,
      );
      expect(files()).toEqual(before);
    },
  );

  it.runIf(canBeNobody).each(LINES)("%s is refused in one line where it may not write", async (_, line) => {
    const closed = join(folder, "closed");
    mkdirSync(closed, { recursive: true });
    chmodSync(closed, 0o555);
    const before = files();
    const refused = await respathOfNobody(["sweep", ...line(join(closed, "place"))]);
    expectRefused(refused, /^respath: cannot write .*(permission|may not)/i);
    expect(files()).toEqual(before);
  });

  it("is refused where its plan was edited by hand, whatever is to be done with it", async () => {
    const edited = join(folder, "edited.json");
    writeFileSync(edited, readFileSync(plan, "utf8").replace('"trials": 4', '"trials": 5'));
    const swept = join(folder, "swept");
    cpSync(done, swept, { recursive: true });
    cpSync(edited, join(swept, "plan.json"));
    const place = join(folder, "of-edited");
    const before = files();
    const lines = [
      ["run", edited, "--out", place],
      ["shard", edited, "--index", "0", "--of", "2", "--out", place],
      ["emit", "slurm", edited, "--results", place, "-o", place],
      ["merge", swept, "-o", place],
    ];
    for (const line of lines) {
      expectRefused(await respath(["sweep", ...line]), /^respath: \S+\.json was edited after it was planned/);
    }
    expect(files()).toEqual(before);
  });

  it("is not merged with one of another plan", async () => {
    const [path, other] = [join(folder, "other.json"), join(folder, "other")];
    writePlan({ path, command: "sample", fixed: sampling(5), jobs: seeds(1) });
    expect(await respath(["sweep", "run", path, "--out", other])).toMatchObject({ code: 0 });
    expectRefused(
      await respath(["sweep", "merge", done, other, "-o", join(folder, "both.json")]),
      `respath: ${other} is of another plan than ${done}`,
    );
    expect(existsSync(join(folder, "both.json"))).toBe(false);
  });
});
