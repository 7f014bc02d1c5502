import { describe, expect, it } from "vitest";
import yargs, { type CommandModule } from "yargs";
import { COMMANDS } from "../../src/cli/commands/index.js";
import { DEBUG_OPTION } from "../../src/cli/options.js";
import { parsePlainly } from "../../src/cli/parse-plainly.js";

const commandOf = (line: string) => COMMANDS[line.split(" ")[0]]();
const argsOf = (line: string) => line.split(" ").slice(1);

/** What yargs hands the handler for the same line. */
async function byYargs(line: string): Promise<Record<string, unknown>> {
  let seen: Record<string, unknown> = {};
  const handler = (argv: object) => {
    seen = { ...argv };
  };
  await yargs(line.split(" "))
    .command({ ...(await commandOf(line)), handler } as CommandModule)
    .option("debug", { ...DEBUG_OPTION, global: true })
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new Error(message);
    })
    .parseAsync();
  const { _, $0, ...values } = seen;
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Plain lines of the commands with the most options; functions among the values are compared by their results. */
const PLAIN = [
  "paths --scheme batchnorm --depth 10000",
  "paths --scheme batchnorm --depth 10000 --input-variance 0.25",
  "paths --scheme batchnorm --depth 1e4 --within 10,15 --json",
  "paths --json --depth=50 --scheme=skipinit --alpha 1/sqrt(d) --debug",
  "paths --scheme skipinit --alpha 2*(i+1)/d --depth 7 --activation relu --convention unit-input",
  "paths --scheme custom --alpha 0.2 --skip 1/sqrt(2) --depth 50",
  "design --depth 1000 --within 15 --probability 0.97",
  "compare --schemes batchnorm,skipinit --depth 1000 --json",
  "variance --scheme unnormalized --depth 100 --plot growth.svg",
  "sample --scheme batchnorm --activation relu --depth 3 --width 16 --batch 8 --trials 3 --seed 0",
  "sample --scheme rezero --depth 3 --input-dimension 12 --json",
  "sample --scheme batchnorm --depth 5 --widths 8,16 --precision 0.01 --at-block 2,3 --out run.jsonl",
  "compare --depth 1000 -o growth.png --json",
  "compare -o=growth.png --depth 1000",
  "variance --scheme unnormalized --depth 100 --json -o -",
  "variance --scheme unnormalized --plot - --depth 100",
  "train --model wrn-16-1 --scheme sqrt2 --steps 10 --out runs/one --overwrite --break-lock -o run.svg",
  "validate",
  "validate --quick --out some/folder --workers 2",
  "train --model wrn-16-1 --scheme sqrt2 --steps 10 --lr 0.125 --out runs/one",
  "train --model wrn-16-1 --scheme sqrt2 --steps 10 --nesterov --l2-on all --warmup 5 --data cifar100",
];

describe("a plain line is parsed as yargs parses it", () => {
  it.each(PLAIN)("%s", async (line) => {
    const values = parsePlainly(await commandOf(line), argsOf(line));
    expect(values).toEqual(await byYargs(line));
  });
});

describe("every other line is left to yargs", () => {
  it.each([
    "sample --scheme batchnorm --depth 5 --no-paths",
    "design --depth 1000",
    "paths --help",
    "paths --version",
    "paths --scheme batchnorm --depth 0",
    "paths --scheme batchnorm --depth -5",
    "paths --scheme batchnom --depth 5",
    "paths --scheme batchnorm --depth 5 --depth 6",
    "paths --scheme batchnorm --depth 5 --colour red",
    "paths --scheme batchnorm --depth 5 stray",
    "paths --scheme batchnorm --depth 5 --json false",
    "paths --scheme batchnorm --depth 5 --json=true",
    "paths --scheme batchnorm --depth 5 --no-json",
    "train --model wrn-16-1 --scheme sqrt2 --steps 10 --no-augment",
    "paths --scheme batchnorm --depth",
    "paths --scheme batchnorm --depth= 5",
    "paths --scheme batchnorm --depth '5'",
    "paths --scheme batchnorm --depth 5 -- --json",
    "paths --scheme batchnorm --depth 5 -o a.svg --plot b.svg",
    "paths --scheme batchnorm --depth 5 -oa.svg",
    "paths --scheme batchnorm --depth 5 -o",
    "paths --scheme batchnorm --depth 5 -o --json",
    "paths --scheme batchnorm --depth 5 -x 3",
    "paths --scheme batchnorm --depth 5 --o a.svg",
    "paths --scheme batchnorm --depth 5 --json -",
    "plot result.json -o picture.svg",
    "data cifar10",
  ])("%s", async (line) => {
    expect(parsePlainly(await commandOf(line), argsOf(line))).toBeUndefined();
  });
});
