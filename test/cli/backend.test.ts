import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { locatePackage } from "../../src/tensor/backends/locate-package.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { respath } from "./run.js";

const folder = temporaryFolder("backend");

const run = (backend: string) =>
  respath(
    ["train", "--model", "wrn-10-0.25", "--scheme", "batchnorm", "--steps", "1", "--backend", backend],
    {
      env: { RESPATH_CACHE: folder },
    },
  );

describe("respath train --backend", () => {
  it("refuses a name that is none, with exit 2", async () => {
    const { code, stdout, stderr } = await run("gpu");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^respath: --backend must be one of auto, wasm, webgpu, tensorflow, cpu.*\n$/);
  });

  it.skipIf(locatePackage("@tensorflow/tfjs-node") || locatePackage("@tensorflow/tfjs-node-gpu"))(
    "an absent backend is one line and exit 1, before any data are fetched",
    async () => {
      const { code, stdout, stderr } = await run("tensorflow");
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toMatch(/^respath: .*npm install @tensorflow\/tfjs-node\n$/);
      expect(await readdir(folder)).toEqual([]);
    },
  );
});
