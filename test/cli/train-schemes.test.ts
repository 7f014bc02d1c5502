import { readdir } from "node:fs/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolders } from "../helpers/temporary-folder.js";
import { expectRefused, respath } from "./run.js";

const newFolder = temporaryFolders("cli");
let folder: string;
beforeEach(() => {
  folder = newFolder();
});

const TRAIN = "train --model wrn-16-1 --steps 1 --scheme";

describe("parts that a scheme does not have: one line, exit 2, before any data are fetched", () => {
  it.each([
    [`${TRAIN} post-ln`, /--scheme must be batchnorm, .*layernorm with --norm-position merge/],
    [`${TRAIN} batchnorm --norm-position middle`, /--norm-position must be one of each, first, last, merge/],
    [`${TRAIN} skipinit --norm-position last`, /--norm-position must be absent for skipinit/],
    [`${TRAIN} groupnorm --norm-groups 3`, /--norm-groups must be one of 1, 2, 4, 8, 16, which divide/],
    [`${TRAIN} fixup --fixup 1,7`, /--fixup must be none, or some of 1,2,3,4, not "1,7"/],
    [`${TRAIN} sqrt2 --alpha-fixed`, /--alpha-fixed must be absent for sqrt2/],
    [`${TRAIN} skipinit --dropout 1.5`, /--dropout must be a number from 0 to less than 1, not 1.5/],
    [`${TRAIN} stochastic-depth --survival 2`, /--survival must be a probability between 0 and 1/],
    [`${TRAIN} nfnet --skip 0.5`, /--skip must be absent for nfnet; only custom takes it/],
  ])("%s", async (line, message) => {
    expectRefused(await respath(line.split(" "), { env: { RESPATH_CACHE: folder } }), message);
    expect(await readdir(folder)).toEqual([]);
  });
});

it("respath paths knows layernorm and groupnorm", async () => {
  for (const scheme of ["layernorm", "groupnorm"]) {
    const { stdout } = await respath(["paths", "--scheme", scheme, "--depth", "3", "--json"]);
    // q = 1/2, 1/3, 1/4.
    expect(JSON.parse(stdout).mean).toBeCloseTo(13 / 12, 14);
  }
});
