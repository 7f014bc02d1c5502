import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { main, root } from "./run.js";

const folder = temporaryFolder("interrupt");
let images: string;
beforeAll(async () => {
  images = await makeFolder(await redAndBlue(20));
});
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await rm(images, { recursive: true, force: true });
});

const SIGNALS = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const;

/** A process that takes no notice of being interrupted, by signals so many milliseconds apart. */
const withoutEnd = (apart: number) => ["--import", "tsx", join(root, "test/cli/interrupted.ts"), `${apart}`];

/** Sends it signals, each when the one before has been heard; it goes on after each. */
async function bears(
  child: ChildProcess,
  said: (pattern: RegExp) => Promise<void>,
  signals: readonly NodeJS.Signals[],
) {
  for (const [index, signal] of signals.entries()) {
    child.kill(signal);
    await said(new RegExp(`(bore SIG\\w+\\s[^]*){${index + 1}}`));
  }
}

/** A process whose output can be waited for. */
function start(args: readonly string[], env: NodeJS.ProcessEnv = {}, channel?: "ipc") {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe", ...(channel ? [channel] : [])],
  }) as ChildProcessByStdio<null, Readable, Readable>;
  children.push(child);
  let [output, hear] = ["", () => {}];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
      hear();
    });
  }
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on("close", (code) => resolve({ code, output })),
  );
  const said = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      hear = () => pattern.test(output) && resolve();
      hear();
      ended.then(() => reject(new Error(`it ended and said: ${output}`)));
    });
  return { child, ended, said };
}

describe.each(SIGNALS)("%s", (signal, exitCode) => {
  it.concurrent(`stops sampling with exit ${exitCode} and one line that says how to go on`, async () => {
    const out = join(folder, `${signal}.jsonl`);
    const line = `sample --scheme batchnorm --depth 200 --width 32 --trials 100000 --out ${out}`;
    const { child, ended, said } = start([main, ...line.split(" ")]);
    await said(/sampling: /);
    child.kill(signal);
    const { code, output } = await ended;
    expect(code).toBe(exitCode);
    expect(output).toMatch(
      /^respath: sampling was interrupted; the same command goes on from where it stopped$/m,
    );
    expect((await readFile(out, "utf8")).endsWith("\n")).toBe(true);
    expect(await readdir(folder)).not.toContain(`${signal}.jsonl.lock`);
  });

  it.concurrent(`stops training with exit ${exitCode} after a step, with a checkpoint`, async () => {
    const out = join(folder, signal);
    const line = `train --model wrn-10-0.25 --scheme batchnorm --batch 16 --image-size 8 --steps 1000000 --data ${images} --out ${out} --checkpoint-every 1000000`;
    const { child, ended, said } = start([main, ...line.split(" ")]);
    await said(/training: .* step /);
    child.kill(signal);
    const { code, output } = await ended;
    expect(code).toBe(exitCode);
    expect(output).toMatch(
      /^respath: stopped after step \d+ of 1000000; what .* and --resume goes on from there$/m,
    );
    expect((await readdir(out)).sort()).toEqual(["checkpoint.safetensors", "metrics.jsonl"]);
  });

  it.concurrent(`and a later Ctrl-C end what does not stop, at once and with exit ${exitCode}`, async () => {
    const { child, ended, said } = start(withoutEnd(501));
    await said(/^started$/m);
    await bears(child, said, [signal]);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: exitCode });
  });

  it.concurrent("any number of times is once for the job of a sweep, which ends it otherwise", async () => {
    const { child, ended, said } = start(withoutEnd(501), {}, "ipc");
    await said(/^started$/m);
    await bears(child, said, [signal, "SIGTERM", "SIGINT", "SIGINT"]);
    child.send("end");
    expect(await ended).toMatchObject({ code: 0 });
  });
});

it("one Ctrl-C may come from the terminal and from npm", async () => {
  const { child, ended, said } = start(withoutEnd(100));
  await said(/^started$/m);
  await bears(child, said, ["SIGINT", "SIGINT"]);
  child.kill("SIGKILL");
  await ended;
});

it("SIGTERM again changes nothing, as an engine may send it to each process and pass it on", async () => {
  const { child, ended, said } = start(withoutEnd(501));
  await said(/^started$/m);
  await bears(child, said, ["SIGTERM", "SIGTERM", "SIGTERM"]);
  child.kill("SIGKILL");
  await ended;
});

describe("while a deep network is planned", () => {
  const line = "sample --scheme batchnorm --depth 1e7 --width 4 --batch 4 --trials 4";
  const preload = ["--import", join(root, "test/cli/tell-release.mjs")];

  it.concurrent.each([
    ["SIGINT", ""],
    ["SIGTERM", "--no-paths"],
    ["SIGINT", "--backward"],
  ] as const)("%s ends the process by itself, at once: %s", async (signal, more) => {
    const { child, ended, said } = start([...preload, main, ...`${line} ${more}`.trim().split(" ")]);
    // Nothing waits from here on to the end of the plan, so that a handler would never be called.
    await said(/^released$/m);
    child.kill(signal);
    expect((await ended).code).toBeNull();
    expect(child.signalCode).toBe(signal);
  });
});

describe("while data are fetched", () => {
  let server: Server;
  let asked: Promise<unknown>;
  beforeAll(async () => {
    // A registry that takes every question and never answers.
    server = createServer();
    asked = new Promise((resolve) => server.once("request", resolve));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => server.closeAllConnections());

  it("SIGTERM ends a validation with exit 143, and leaves no folder", async () => {
    const out = join(folder, "report");
    const { child, ended } = start([main, "validate", "--out", out], {
      RESPATH_CACHE: join(folder, "cache"),
      RESPATH_CIFAR10_SOURCES: "npm",
      npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    });
    await asked;
    child.kill("SIGTERM");
    const { code, output } = await ended;
    expect(output).toMatch(/^respath: validate was interrupted; run the same command again to go on$/m);
    expect(code).toBe(143);
    expect(await readdir(folder)).not.toContain("report");
  });
});
