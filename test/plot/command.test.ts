import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import yargs from "yargs";
import { plotCommand } from "../../src/cli/commands/plot.js";
import { plotOf } from "../../src/plot/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { pathLengthsDocument } from "./documents.js";

const document = pathLengthsDocument({ scheme: "batchnorm", depth: 20 });
const folder = temporaryFolder("plot-command");
let result = "";
beforeAll(async () => {
  result = join(folder, "result.json");
  await writeFile(result, JSON.stringify(document));
});
afterEach(() => vi.restoreAllMocks());

/** Runs `respath plot …` in this process and gives what it wrote. */
async function plot(...words: string[]): Promise<{ stdout: string; stderr: string }> {
  const written = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    vi.spyOn(process[stream], "write").mockImplementation(((text: string, done?: () => void) => {
      written[stream] += text;
      done?.();
      return true;
    }) as never);
  }
  await yargs(["plot", ...words])
    .command(plotCommand)
    .exitProcess(false)
    .strict()
    .fail((message, error) => {
      throw error ?? new Error(message);
    })
    .parseAsync();
  return written;
}

describe("respath plot", () => {
  it("writes the picture, and nothing on stdout", async () => {
    const picture = join(folder, "picture.svg");
    const { stdout, stderr } = await plot(result, "-o", picture);
    expect(stdout).toBe("");
    expect(stderr).toBe(`wrote ${picture}\n`);
    expect(await readFile(picture, "utf8")).toContain("</svg>");
  });

  it("prints the specification without -o, and for -o -", async () => {
    expect(JSON.parse((await plot(result)).stdout)).toEqual(plotOf(document));
    expect(JSON.parse((await plot(result, "-o", "-")).stdout)).toEqual(plotOf(document));
  });

  it("reads standard input for -", async () => {
    const stdin = Object.getOwnPropertyDescriptor(process, "stdin") as PropertyDescriptor;
    Object.defineProperty(process, "stdin", {
      value: Readable.from([JSON.stringify(document)]),
      configurable: true,
    });
    try {
      expect(JSON.parse((await plot("-")).stdout)).toEqual(plotOf(document));
    } finally {
      Object.defineProperty(process, "stdin", stdin);
    }
  });

  it.each([
    [["absent.json"], "cannot read absent.json: no such file or folder"],
    [[tmpdir()], `cannot read ${tmpdir()}: it is a folder`],
    [["RESULT", "-o", "picture.pdf"], "--plot must be a file name ending in .vl.json, .svg, .png or .html"],
    [[], "Not enough non-option arguments"],
  ])("refuses %j", async (words, message) => {
    await expect(plot(...words.map((word) => (word === "RESULT" ? result : word)))).rejects.toThrow(message);
  });

  it("leaves no picture of a broken result", async () => {
    const inside = await mkdtemp(join(folder, "broken-"));
    await writeFile(join(inside, "result.json"), JSON.stringify(document).slice(0, -10));
    await expect(plot(join(inside, "result.json"), "-o", join(inside, "a.svg"))).rejects.toThrow(
      "is not JSON",
    );
    expect(await readdir(inside)).toEqual(["result.json"]);
  });
});
