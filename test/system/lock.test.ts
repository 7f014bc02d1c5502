import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { LockedError, OutputPlaceError } from "../../src/network/errors.js";
import { Lock } from "../../src/system/lock.js";
import { findProcess, processNamespace } from "../../src/system/process-start.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = join(import.meta.dirname, "../..");
const folder = temporaryFolder("lock");
const children: ChildProcessWithoutNullStreams[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

let count = 0;
const newFile = () => {
  const inside = join(folder, String(count++));
  mkdirSync(inside);
  return join(inside, "run.jsonl");
};
const filesOf = (file: string) => readdirSync(join(file, ".."));

/** The number of a process that has ended. */
const endedPid = spawnSync(process.execPath, ["-e", ""]).pid;

/** A lock as another process would have left it. */
function plant(path: string, owner: object): string {
  const id = Math.floor(Math.random() * 2 ** 40).toString(16);
  const record = { kind: "respath-lock", id, host: hostname(), since: "2026-01-02T03:04:05.678Z", ...owner };
  writeFileSync(path, JSON.stringify(record));
  return id;
}

/** A process that takes locks when told to. */
function contender() {
  const child = spawn(process.execPath, ["--import", "tsx", join(root, "test/system/lock-process.ts")], {
    cwd: root,
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => (await lines.next()).value as string;
  const ask = (order: string) => {
    child.stdin.write(`${order}\n`);
    return answer();
  };
  const kill = () => {
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    return closed;
  };
  return { ready: answer(), ask, kill, pid: child.pid! };
}

describe("a lock", () => {
  it("is one process' alone, and leaves nothing when it is released", async () => {
    const file = newFile();
    const lock = await Lock.ofFile(file);
    expect(filesOf(file)).toEqual(["run.jsonl.lock"]);
    const second = Lock.ofFile(file);
    await expect(second).rejects.toThrow(LockedError);
    await expect(second).rejects.toMatchObject({
      exitCode: 2,
      owner: { pid: process.pid, host: hostname() },
    });
    await expect(second).rejects.toThrow(
      new RegExp(
        `^${file} is in use by process ${process.pid} on .* \\(since \\d{4}-\\d\\d-\\d\\d .* UTC\\); wait`,
      ),
    );
    // Nor does a living one give way to --break-lock.
    await expect(Lock.ofFile(file, { breakLock: true })).rejects.toThrow(LockedError);
    lock.release();
    expect(filesOf(file)).toEqual([]);
    (await Lock.ofFile(file)).release();
  });

  it("of a folder makes it, and takes it away again if nothing came into it", async () => {
    const run = join(folder, "runs", "one");
    const lock = await Lock.ofFolder(run);
    expect(readdirSync(run)).toEqual([".respath.lock"]);
    lock.release();
    expect(existsSync(join(folder, "runs"))).toBe(false);
    const again = await Lock.ofFolder(run);
    writeFileSync(join(run, "mine"), "");
    again.release();
    expect(readdirSync(run)).toEqual(["mine"]);
  });

  it("of a process that was killed is taken over, with a line that says so", async () => {
    const file = newFile();
    const owner = contender();
    await owner.ready;
    expect(await owner.ask(`take ${file}`)).toBe("won");
    await expect(Lock.ofFile(file)).rejects.toThrow(`process ${owner.pid} `);
    await owner.kill();
    const lines: string[] = [];
    const lock = await Lock.ofFile(file, { log: (line) => lines.push(line) });
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(
          `^taking over ${file} from process ${owner.pid} on .*, which ended without removing its lock`,
        ),
      ),
    ]);
    lock.release();
    expect(filesOf(file)).toEqual([]);
  });

  it("is removed at the end of a process that does not release it", async () => {
    const file = newFile();
    const code = `import(${JSON.stringify(join(root, "src/system/lock.ts"))}).then(async ({ Lock }) => {
      await Lock.ofFile(${JSON.stringify(file)});
      process.stdout.write(String(require("node:fs").existsSync(${JSON.stringify(`${file}.lock`)})));
      process.exit(130);
    })`;
    const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", "-e", code], {
      cwd: root,
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 130, stdout: "true" });
    expect(filesOf(file)).toEqual([]);
  });

  it.skipIf(findProcess(process.pid)?.start === undefined)(
    "is not mistaken for a later process of the same number",
    async () => {
      const file = newFile();
      plant(`${file}.lock`, { pid: process.pid, start: "another" });
      (await Lock.ofFile(file)).release();
      // Without a time of its start a living process is believed.
      plant(`${file}.lock`, { pid: process.pid });
      await expect(Lock.ofFile(file)).rejects.toThrow(LockedError);
    },
  );

  it.skipIf(process.platform === "win32").each([
    ["a link that leads nowhere", (path: string) => symlinkSync("/no/such/file", path)],
    ["a folder", (path: string) => mkdirSync(path)],
    ["a pipe", (path: string) => execFileSync("mkfifo", [path])],
  ])("is refused, and not waited for, where %s has its name", async (_what, make) => {
    const file = newFile();
    make(`${file}.lock`);
    await expect(Lock.ofFile(file)).rejects.toThrow(`if nothing writes there, remove ${file}.lock`);
    expect(filesOf(file)).toEqual(["run.jsonl.lock"]);
  });

  it.skipIf(processNamespace() === undefined)(
    "of another container of this name is another machine's",
    async () => {
      const file = newFile();
      const gone = { pid: 2 ** 22 + 1, start: "another" };
      plant(`${file}.lock`, { ...gone, namespace: "pid:[1]" });
      await expect(Lock.ofFile(file)).rejects.toThrow("which cannot be seen from here");
      (await Lock.ofFile(file, { breakLock: true })).release();
      plant(`${file}.lock`, { ...gone, namespace: processNamespace() });
      (await Lock.ofFile(file)).release();
    },
  );

  it("of another machine is taken only if asked for, and not removed by its former owner", async () => {
    const file = newFile();
    plant(`${file}.lock`, { pid: 1, host: "elsewhere" });
    await expect(Lock.ofFile(file)).rejects.toThrow(
      `${file} is in use by process 1 on elsewhere (since 2026-01-02 03:04:05 UTC), which cannot be seen from here; if it has ended, give \`breakLock\``,
    );
    const lock = await Lock.ofFile(file, { breakLock: true });
    // As if the other one were alive and did the same.
    plant(`${file}.lock`, { pid: 1, host: "elsewhere" });
    lock.release();
    expect(filesOf(file)).toEqual(["run.jsonl.lock"]);
  });

  it("whose names are long, or no text for a terminal, is named in one short line", async () => {
    const file = newFile();
    plant(`${file}.lock`, { host: "long".repeat(1000), pid: 1, since: "\u001b[31m\n" });
    const error: Error = await Lock.ofFile(file).catch((reason) => reason);
    expect(error).toBeInstanceOf(LockedError);
    expect(error.message.slice(file.length)).toMatch(
      /^ is in use by process 1 on "(long){15}lon… \(since "\\u001b\[31m\\n"\), which cannot be seen/,
    );
  });

  it("that is none, and a place that takes none, are refused", async () => {
    const file = newFile();
    writeFileSync(`${file}.lock`, "something else");
    await expect(Lock.ofFile(file)).rejects.toThrow(
      `${file} has a lock that respath cannot read; if nothing writes there, remove ${file}.lock`,
    );
    expect(readFileSync(`${file}.lock`, "utf8")).toBe("something else");
    expect(filesOf(file)).toEqual(["run.jsonl.lock"]);
    await expect(Lock.ofFile(join(folder, "no", "file"))).rejects.toThrow(OutputPlaceError);
    await expect(Lock.ofFolder(`${file}.lock`)).rejects.toThrow("a part of the path is not a folder");
  });

  it("that is dead goes to exactly one of many that want it at once", async () => {
    const contenders = Array.from({ length: 6 }, contender);
    await Promise.all(contenders.map(({ ready }) => ready));
    for (let round = 0; round < 24; round++) {
      const file = newFile();
      const id = round % 4 === 3 ? "" : plant(`${file}.lock`, { pid: endedPid });
      // One that was killed while it took the dead one's place, and one that was killed while it took that one's.
      if (round % 2 === 1) {
        const second = plant(`${file}.lock.${id}`, { pid: endedPid });
        if (round % 4 === 1) plant(`${file}.lock.${id}.${second}`, { pid: endedPid });
      }
      const answers = await Promise.all(contenders.map(({ ask }) => ask(`take ${file}`)));
      expect(answers.filter((answer) => answer === "won")).toHaveLength(1);
      expect(answers.filter((answer) => /^refused: .* is in use by process \d+/.test(answer))).toHaveLength(
        5,
      );
      expect(filesOf(file)).toEqual(["run.jsonl.lock"]);
      await contenders[answers.indexOf("won")].ask("release");
      expect(filesOf(file)).toEqual([]);
    }
  });
});

describe("findProcess", () => {
  it("tells a process that runs from none", () => {
    expect(findProcess(process.pid)).toBeDefined();
    expect(findProcess(endedPid)).toBeUndefined();
  });

  it.skipIf(process.platform !== "linux")("takes a zombie for ended", async () => {
    // The inner shell's parent becomes a process that does not ask what became of it.
    const child = spawn("sh", ["-c", "sh -c 'echo $$' & exec sleep 600"]);
    children.push(child);
    const [line] = await new Promise<string[]>((resolve) =>
      child.stdout.once("data", (data) => resolve(String(data).split("\n"))),
    );
    while (!readFileSync(`/proc/${line}/stat`, "utf8").includes(") Z ")) await new Promise(setImmediate);
    expect(findProcess(Number(line))).toBeUndefined();
  });
});
