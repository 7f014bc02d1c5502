import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { x as extract } from "tar";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import type { BackendRun } from "./backend-run.js";

const root = join(import.meta.dirname, "../..");
/** The folder whose packages are used; another than ours where the optional ones are installed elsewhere. */
const packages = process.env["RESPATH_TEST_PACKAGES"] || root;
const folder = temporaryFolder("backends");

function located(name: string): string | undefined {
  try {
    return createRequire(pathToFileURL(join(packages, "package.json"))).resolve(name);
  } catch {
    return undefined;
  }
}

/** SwiftShader, a Vulkan driver without a graphics processor, and the loader that finds it. */
function swiftShader(): NodeJS.ProcessEnv {
  const chromium = located("@sparticuz/chromium");
  const packed = chromium && join(dirname(chromium), "../../bin/swiftshader.tar.br");
  if (!packed || !existsSync(packed)) return {};
  const tar = join(folder, "swiftshader.tar");
  writeFileSync(tar, brotliDecompressSync(readFileSync(packed)));
  extract({ file: tar, cwd: folder, sync: true });
  const driver = join(folder, "vk_swiftshader_icd.json");
  return { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver };
}

function run(backend: string, env: NodeJS.ProcessEnv = {}): BackendRun {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const script = join(import.meta.dirname, "backend-run.ts");
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--import", tsx, script, backend], {
    cwd: packages,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** Gradients against PyTorch's, and three steps of every scheme against the wasm backend's. */
function expectAgreement({ gradients, training, tensorsLeft }: BackendRun): void {
  for (const { scheme, loss, worst } of gradients) {
    expect(Math.abs(loss), scheme).toBeLessThan(16 * 2 ** -23);
    expect(worst, scheme).toBeLessThan(1e-5);
  }
  expect(training.map(({ scheme }) => scheme)).toHaveLength(5);
  for (const { scheme, found, wasm } of training) {
    expect(found).toHaveLength(3);
    // The first loss sees equal weights; each step multiplies the difference of the weights by a few units.
    for (const [step, loss] of found.entries()) {
      expect(Math.abs(loss / wasm[step] - 1), `${scheme}, step ${step + 1}`).toBeLessThan(
        16 * 2 ** -23 * 8 ** step,
      );
    }
  }
  expect(tensorsLeft).toBe(0);
}

const webgpu = ["webgpu", "@tensorflow/tfjs-backend-webgpu"].find((name) => located(name) === undefined);
if (webgpu) console.warn(`the webgpu backend is not tested: ${webgpu} is not installed`);

describe.skipIf(webgpu !== undefined)("webgpu", () => {
  it("has PyTorch's gradients, and trains every scheme", () => expectAgreement(run("webgpu", swiftShader())));
});

const tensorflow = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"].some((name) => located(name));
if (!tensorflow) console.warn("the tensorflow backend is not tested: @tensorflow/tfjs-node is not installed");

describe.skipIf(!tensorflow)("tensorflow", () => {
  it("has PyTorch's gradients, and trains every scheme", () => expectAgreement(run("tensorflow")));
});
