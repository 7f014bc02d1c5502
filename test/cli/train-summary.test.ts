import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ModelSummaryDocument } from "../../src/network/documents.js";
import { temporaryFolders } from "../helpers/temporary-folder.js";
import { expectRefused, respath } from "./run.js";

const newFolder = temporaryFolders("cli");
let folder: string;
beforeEach(() => {
  folder = newFolder();
});

/** With a cache that stays empty: no data are fetched. */
const run = (line: string) =>
  respath(line.split(" "), { env: { RESPATH_CACHE: join(folder, "cache") }, cwd: folder });

const STACK = {
  name: "narrow",
  stem: { width: 8 },
  stages: [{ blocks: 2, width: 16, layers: [{ kernel: 1, width: 4 }, { width: 4 }, { kernel: 1 }] }],
};

describe("respath train --summary", () => {
  it("prints a model without data, and without a number of steps", async () => {
    const { code, stdout, stderr } = await run("train --model wrn-16-1 --scheme batchnorm --summary");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("wrn-16-1, batchnorm, 6 blocks, relu branches, images of 32×32, 10 classes\n");
    // WRN-16-1 with the projections of its two transition blocks.
    expect(stdout).toContain("\nparameters: 175,066\n");
    expect(await readdir(folder)).toEqual([]);
  });

  it("prints one document, whose description of a stack gives the same again", async () => {
    await writeFile(join(folder, "stack.json"), JSON.stringify(STACK));
    const options =
      "--activation linear --scheme skipinit --alpha 0.1 --batch 6 --ghost-batch 4 --workers 9 --json";
    const { code, stdout } = await run(`train --model stack.json ${options} --data cifar100 --summary`);
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as ModelSummaryDocument;
    expect(document).toMatchObject({
      kind: "model-summary",
      model: "narrow",
      activation: "linear",
      scheme: "skipinit",
      alpha: "0.1",
      classes: 100,
      batch: 6,
      ghostBatch: 4,
      workers: 2,
      depth: 2,
    });
    expect(document.provenance?.arguments["model"]).toEqual(STACK);
    expect(document.blocks[0].layers.map(({ kernel }) => kernel)).toEqual([1, 3, 1]);
  });

  it.each([
    ["--model none.json --scheme batchnorm --summary", /--model must be a JSON file that can be read/],
    [
      "--model wrn-16-1 --scheme batchnorm --classes 10 --image-size 7 --summary",
      /--image-size must be a whole number from 8 to 1024, not 7/,
    ],
    ["--model wrn-16-1 --scheme skipinit --alpha 1/2d --summary", /1\/\(2\*d\) or \(1\/2\)\*d/],
    ["--model wrn-16-1 --scheme batchnorm --label-smoothing 2 --summary", /--label-smoothing must be/],
    ["--model wrn-17-1 --scheme batchnorm --summary", /the nearest n is 16 or 22/],
    ["--model fc-20 --scheme batchnorm --summary", /of the form fc-d-w/],
    ["--model wrn-16-1 --scheme batchnorm --summary --plot a.svg", /--summary has no picture/],
    ["--model wrn-16-1 --scheme batchnorm --steps 1 --classes 10", /--classes is for --summary/],
    [
      "--model wrn-16-1 --scheme batchnorm --activation tanh --summary",
      /--activation must be one of linear, relu/,
    ],
  ])("%s: one line, exit 2", async (line, message) => {
    expectRefused(await run(`train ${line}`), message);
    expect(await readdir(folder)).toEqual([]);
  });

  it("has as many classes as a folder, whose images are not read", async () => {
    for (const name of ["a", "b", "c"]) {
      await mkdir(join(folder, "images", name), { recursive: true });
      for (const image of ["1.png", "2.png"])
        await writeFile(join(folder, "images", name, image), "no image");
    }
    const { code, stdout } = await run("train --model wrn-10-1 --scheme fixup --data images --summary");
    expect(code).toBe(0);
    expect(stdout).toContain("images of 32×32, 3 classes\n");
  });

  it("names the field of a file that is wrong", async () => {
    const stages = [{ blocks: 2, width: 0 }];
    await writeFile(join(folder, "stack.json"), JSON.stringify({ ...STACK, stages }));
    const { code, stderr } = await run("train --model stack.json --scheme batchnorm --summary");
    expect(code).toBe(2);
    expect(stderr).toBe(
      "respath: stack.json: stages[0].width must be a whole number from 1 to 16384, not 0\n",
    );
  });
});
