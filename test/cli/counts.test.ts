import { describe, expect, it } from "vitest";
import type { Options } from "yargs";
import { COMMANDS } from "../../src/cli/commands/index.js";
import { declarationsOf } from "../../src/cli/parse-plainly.js";
import { InvalidArgumentError } from "../../src/network/errors.js";

type Read = (text: string) => unknown;

/** The path lengths of networks of up to 1e100 blocks are known in closed form. */
const NOT_COUNTED_ONE_BY_ONE = ["paths --depth", "variance --depth"];

/** Texts with a number at N; an option that takes one with a whole number and none with a fraction is a count. */
const TEXTS = ["N", "N,8", "every=N", "every=64,images=N"];
const LARGE = ["9007199254740992", "1e16", "1e300"];

const options = await Promise.all(
  Object.entries(COMMANDS).map(async ([command, load]) => {
    const { definitions } = declarationsOf(await load());
    return Object.entries(definitions).map(([name, { coerce }]: [string, Options]) => ({
      name: `${command} --${name}`,
      read: coerce as Read | undefined,
    }));
  }),
);
const counts = options.flat().flatMap(({ name, read }) => {
  if (read === undefined) return [];
  const text = TEXTS.filter((each) => takes(read, each, "64") && !takes(read, each, "64.5"));
  return text.map((each) => ({ name, read, text: each }));
});

function takes(read: Read, text: string, number: string): boolean {
  try {
    read(text.replace("N", number));
    return true;
  } catch (error) {
    if (error instanceof InvalidArgumentError) return false;
    throw error;
  }
}

describe("a count is a number that a float64 counts one by one", () => {
  it("and these are options of the kind", () => {
    const names = counts.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        ...["train --steps", "train --batch", "train --seed", "train --warmup", "train --probe"],
        ...["train --recompute", "train --checkpoint-every", "train --classes", "train --norm-groups"],
        ...["sample --trials", "sample --within", "sample --widths", "sample --longest", "validate --seed"],
        ...["paths --within", "design --depth", "compare --depth", "variance --image-size"],
      ]),
    );
  });

  it.each(counts.filter(({ name }) => !NOT_COUNTED_ONE_BY_ONE.includes(name)))(
    "$name $text",
    ({ name, read, text }) => {
      for (const number of LARGE) {
        const refused = () => read(text.replace("N", number));
        expect(refused).toThrow(InvalidArgumentError);
        const allowed = String.raw`(a whole number from \d+ to \d+|auto, none or a number of blocks a segment)`;
        const flag = name.split(" ")[1];
        expect(refused).toThrow(
          new RegExp(String.raw`^${flag}( \w+)? must be ${allowed}, not "?\d[\de+]*"?$`),
        );
      }
    },
  );

  it.each(["epochs", "warmup", "test-every", "probe"])(
    "nor has train --%s epochs of more steps",
    async (name) => {
      const { coerce } = declarationsOf(await COMMANDS.train()).definitions[name];
      const text = { epochs: "N", probe: "every=Nepochs" }[name] ?? "Nepochs";
      const read = (number: string) => coerce!(text.replace("N", number));
      expect(JSON.stringify(read("9007199254740991"))).toContain("9007199254740991");
      for (const number of LARGE) {
        expect(() => read(number)).toThrow(/must be a positive number, at most 9007199254740991, not \d/);
      }
    },
  );
});
