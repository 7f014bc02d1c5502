import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands/index.js";
import { declarationsOf, parsePlainly } from "../../src/cli/parse-plainly.js";
import { runProgram } from "../../src/cli/program.js";

const root = join(import.meta.dirname, "../..");
const COLUMNS = process.stdout.columns;

afterEach(() => {
  process.stdout.columns = COLUMNS;
  vi.restoreAllMocks();
});

/** What a line prints on a terminal of so many columns. */
async function printed(args: readonly string[], columns: number): Promise<string> {
  process.stdout.columns = columns;
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk, done) => {
    text += String(chunk);
    (done as (() => void) | undefined)?.();
    return true;
  });
  await runProgram(args);
  expect(process.exitCode).toBeUndefined();
  return text;
}

const NAMES = Object.keys(COMMANDS);
const help = (name: string, columns = 100) => printed([name, "--help"], columns);

describe.each(NAMES)("the help of %s", (name) => {
  it.each([80, 100])("fits into %d columns, but for examples, which are lines to copy", async (columns) => {
    for (const line of (await help(name, columns)).split("\n")) {
      if (!line.startsWith("  $ respath ")) expect(line.length, line).toBeLessThanOrEqual(columns);
      expect(line).toBe(line.trimEnd());
    }
  });

  it("has every option once, in a group", async () => {
    const text = await help(name);
    expect(text).not.toMatch(/^Options:/m);
    expect(text).not.toMatch(/\n\n\n/);
    const { definitions } = declarationsOf(await COMMANDS[name]());
    for (const option of Object.keys(definitions)) {
      expect(text.match(new RegExp(`^ +(-\\w, )?--${option} `, "gm")), option).toHaveLength(1);
    }
  });

  it("shows a number as a number, and what is off by itself as nothing", async () => {
    const text = await help(name);
    expect(text).not.toMatch(/\[(string|boolean)\]|\[default: (false|")/);
    const { definitions } = declarationsOf(await COMMANDS[name]());
    for (const { default: usual } of Object.values(definitions)) {
      if (usual !== undefined && usual !== false) expect(text).toContain(`[default: ${usual}]`);
    }
  });

  it("has examples that can be copied and are right", async () => {
    const lines = (await help(name)).split("\n").filter((line) => line.startsWith("  $ "));
    const command = await COMMANDS[name]();
    expect(lines).toHaveLength(declarationsOf(command).examples.length);
    for (const line of lines) {
      const [words, ...piped] = line
        .slice("  $ ".length)
        .split(" | ")
        .map((part) => (part.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', "")));
      expect(words[0]).toBe("respath");
      // What is beyond plain lines, operands and switches that are turned off, is left to yargs.
      const isPlain =
        !["data", "plot", "sweep"].includes(words[1]) && !words.some((word) => word.startsWith("--no-"));
      if (isPlain) expect(parsePlainly(await COMMANDS[words[1]](), words.slice(2)), line).toBeDefined();
      for (const other of piped) expect(other[0]).toBe("respath");
    }
  });
});

it("the help of validate says once how long it takes, as it was measured", async () => {
  const text = await help("validate");
  expect(text.match(/\d+ s\b/g)).toHaveLength(1);
  expect(text).toContain("in about 40 s on 2 cores");
  const { provenance } = JSON.parse(readFileSync(join(root, "results/validation/report.json"), "utf8"));
  expect(provenance.machine.cores).toBe(2);
  expect(Math.round(provenance.wallSeconds / 10)).toBe(4);
});
