import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startTensors } from "../../src/tensor/index.js";
import { type Attempt, runAttempt, tryInChild } from "../../src/tensor/kernels/attempt.js";
import { KERNEL_BUILDS, type KernelBuild } from "../../src/tensor/kernels/builds.js";
import { compiledBuild } from "../../src/tensor/kernels/compiled-build.js";
import { flagsOf, flagsOfThisV8, flagsOfV8 } from "../../src/tensor/kernels/compiler-flags.js";
import { selectKernels } from "../../src/tensor/kernels/index.js";
import { proofOf } from "../../src/tensor/kernels/proof.js";
import { selfChecks } from "../../src/tensor/kernels/self-checks/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const folder = temporaryFolder("proof");
beforeAll(() => startTensors("wasm", "composed"));
beforeEach(() => {
  vi.stubEnv("RESPATH_CACHE", mkdtempSync(join(folder, "cache-")));
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** What `node --v8-options` prints of a switch. */
const listed = (flag: string, on: boolean) =>
  `  --${flag} (what it does (and more))\n        type: bool  default: --${on ? "" : "no-"}${flag}\n`;
const known = (...flags: string[]) =>
  flagsOfV8(flags.map((flag) => listed(flag.replace(/^no-/, ""), !flag.startsWith("no-"))).join(""));

describe("the flags of V8", () => {
  it("are read from its own list", () => {
    expect([...known("liftoff", "no-experimental-wasm-revectorize")]).toEqual([
      ["liftoff", true],
      ["experimental-wasm-revectorize", false],
    ]);
    expect(flagsOfV8("  --stack-size (bytes)\n        type: int  default: --stack-size=984\n").size).toBe(0);
    expect(flagsOfThisV8().get("liftoff")).toBe(true);
  });

  it("are those that a build wants, that V8 has, and that are not so by default", () => {
    const node26 = known(
      "liftoff",
      "wasm-lazy-compilation",
      "wasm-inlining",
      "no-experimental-wasm-revectorize",
    );
    const usual = {
      before: ["--no-liftoff", "--no-wasm-lazy-compilation", "--experimental-wasm-revectorize"],
      after: ["--liftoff", "--wasm-lazy-compilation", "--no-experimental-wasm-revectorize"],
    };
    expect(flagsOf("wide", node26)).toEqual([
      usual,
      {
        before: [...usual.before, "--no-wasm-inlining"],
        after: [...usual.after, "--wasm-inlining"],
      },
    ]);
    const node20 = known(
      "liftoff",
      "wasm-lazy-compilation",
      "no-wasm-inlining",
      "no-experimental-wasm-relaxed-simd",
    );
    expect(flagsOf("fma", node20).map(({ before }) => before)).toEqual([
      ["--no-liftoff", "--no-wasm-lazy-compilation", "--experimental-wasm-relaxed-simd"],
    ]);
    expect(flagsOf("simd", known())).toEqual([{ before: [], after: [] }]);
  });
});

describe("trying a build in a child process", () => {
  it("passes what compiles and computes right", () => {
    expect(tryInChild("simd", flagsOf("simd", flagsOfThisV8()).at(-1)!)).toEqual({ isFinal: true });
  });

  it("says what is wrong", () => {
    const answer = (said: string) => runAttempt(["-e", `console.log("noise"); console.log("${said}")`]);
    expect(answer("passed")).toEqual({ isFinal: true });
    expect(answer("matMul is wrong in Node v28.0.0")).toEqual({
      reason: "matMul is wrong in Node v28.0.0",
      isFinal: true,
    });
  });

  it("survives a child that dies, and asks again where something else ended it", () => {
    const ended = (code: string) => runAttempt(["-e", code]);
    const reason = (how: string) => `the process that tried them ended with ${how}`;
    expect(ended("process.abort()")).toEqual({ reason: reason("SIGABRT"), isFinal: true });
    expect(ended("process.kill(process.pid, 'SIGTRAP'); setInterval(() => {}, 1e9)")).toEqual({
      reason: reason("SIGTRAP"),
      isFinal: true,
    });
    expect(ended("process.kill(process.pid, 'SIGKILL')")).toEqual({
      reason: reason("SIGKILL"),
      isFinal: false,
    });
    expect(ended("process.exit(3)")).toEqual({ reason: reason("exit code 3"), isFinal: false });
  });
});

describe("the proof of a build", () => {
  const passes: Attempt = () => ({ isFinal: true });

  it("is given once, and kept with this Node, these kernels and this processor", () => {
    const attempt = vi.fn(passes);
    const first = proofOf("simd", attempt);
    expect(proofOf("simd", attempt)).toEqual(first);
    expect(attempt).toHaveBeenCalledTimes(1);
    const kept = join(process.env["RESPATH_CACHE"]!, "kernels");
    expect(readdirSync(kept)).toEqual([expect.stringMatching(/^simd-[0-9a-f]{16}\.json$/)]);
    vi.spyOn(process, "version", "get").mockReturnValue("v28.0.0");
    proofOf("simd", attempt);
    vi.restoreAllMocks();
    expect(readdirSync(kept).length).toBe(2);
  });

  it("is that of the first flags with which a build passes", () => {
    const [usual, ...cautious] = flagsOf("simd", flagsOfThisV8());
    const attempt = vi.fn<Attempt>((_build, flags) =>
      flags.before.includes("--no-wasm-inlining") ? { isFinal: true } : { reason: "it died", isFinal: true },
    );
    const proof = proofOf("simd", attempt);
    expect(attempt).toHaveBeenCalledTimes(1 + cautious.length);
    expect(proof).toEqual(cautious.length > 0 ? { flags: cautious[0] } : { flags: usual, reason: "it died" });
  });

  it("keeps that a build fails, but not that something else ended the attempt", () => {
    const fails = vi.fn<Attempt>(() => ({ reason: "conv2d is wrong", isFinal: true }));
    for (const _again of [1, 2]) expect(proofOf("simd", fails).reason).toBe("conv2d is wrong");
    expect(fails).toHaveBeenCalledTimes(flagsOf("simd", flagsOfThisV8()).length);
    const interrupted = vi.fn<Attempt>(() => ({ reason: "ended with SIGKILL", isFinal: false }));
    for (const _again of [1, 2]) expect(proofOf("fma", interrupted)).toMatchObject({});
    expect(interrupted).toHaveBeenCalledTimes(2 * flagsOf("fma", flagsOfThisV8()).length);
  });

  it("is given each time where it cannot be kept, or is not what was kept", () => {
    const attempt = vi.fn(passes);
    const cache = process.env["RESPATH_CACHE"]!;
    writeFileSync(join(cache, "kernels"), "a file in the way of the folder");
    for (const _again of [1, 2]) expect(proofOf("simd", attempt).reason).toBeUndefined();
    expect(attempt).toHaveBeenCalledTimes(2);
    rmSync(join(cache, "kernels"));
    proofOf("simd", attempt);
    const [name] = readdirSync(join(cache, "kernels"));
    for (const content of ["", "null", '{"flags":7}', '{"flags":{"before":[],"after":[]},"reason":7}']) {
      chmodSync(join(cache, "kernels", name), 0o644);
      writeFileSync(join(cache, "kernels", name), content);
      proofOf("simd", attempt);
    }
    expect(attempt).toHaveBeenCalledTimes(7);
  });

  it.each([
    ["flags of others", { flags: { before: ["--max-old-space-size=10"], after: [] } }],
    ["flags that are not set back", { flags: { before: ["--no-liftoff"], after: [] } }],
    ["a reason of several lines", { flags: { before: [], after: [] }, reason: "it\n\u001b[31mdied" }],
  ])("is not taken from a file with %s", (_what, content) => {
    const attempt = vi.fn(passes);
    const kept = join(process.env["RESPATH_CACHE"]!, "kernels");
    proofOf("simd", attempt);
    writeFileSync(join(kept, readdirSync(kept)[0]), JSON.stringify(content));
    expect(proofOf("simd", attempt).reason).toBeUndefined();
    expect(attempt).toHaveBeenCalledTimes(2);
  });

  it.runIf(process.platform === "linux")("is given where a cache folder takes no folders", () => {
    vi.stubEnv("RESPATH_CACHE", "/proc/self");
    expect(proofOf("simd", passes).reason).toBeUndefined();
  });

  it.runIf(process.arch === "x64" && Number(process.versions.node.split(".")[0]) >= 24)(
    "says that no child can be started, and not that Node lacks anything",
    () => {
      const { execPath } = process;
      process.execPath = "/no/such/node";
      try {
        expect(proofOf("wide").reason).toMatch(/is tried in a child process first, and none can be started$/);
      } finally {
        process.execPath = execPath;
      }
    },
  );

  it("leaves what needs nothing experimental to be checked where it is used, if no child can be started", () => {
    const cannot: Attempt = () => ({ reason: "they could not be tried", isFinal: false });
    expect(proofOf("simd", cannot)).toMatchObject({ isUntried: true });
    const wide = proofOf("wide", cannot);
    expect(wide.isUntried).toBeUndefined();
    expect(wide.reason).toBeDefined();
  });
});

describe("the choice", () => {
  it("drops builds that do not run, with one line each, said once, and takes the next", () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    const compile = (build: KernelBuild) =>
      build === "simd" ? compiledBuild(build) : { reason: `V8 says no to ${build}` };
    for (const _again of [1, 2]) expect(selectKernels("auto", compile)).toBe("simd");
    expect(print.mock.calls).toEqual(
      KERNEL_BUILDS.slice(0, 2).map((build) => [
        `respath: the ${build} kernels are not used, simd ones are: V8 says no to ${build}`,
      ]),
    );
    expect(() => selectKernels("fma", compile)).toThrow(
      "The fma kernels do not run here: V8 says no to fma; use auto, fma, simd or composed",
    );
    print.mockRestore();
  });

  it("checks here what could not be tried before", () => {
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    const check = vi.spyOn(selfChecks[0], "passes").mockReturnValue(false);
    const compile = (build: KernelBuild) =>
      ({ ...compiledBuild("simd"), ...(build === "simd" ? {} : { reason: "no" }), isUntried: true }) as const;
    expect(selectKernels("auto", compile)).toBe("composed");
    expect(print.mock.calls).toEqual([
      [
        `respath: the simd kernels are not used, composed ones are: conv2d is wrong in Node ${process.version}`,
      ],
    ]);
    check.mockRestore();
    expect(selectKernels("auto", compile)).toBe("simd");
    print.mockRestore();
  });
});
