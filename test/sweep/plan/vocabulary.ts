import type { SweepValue } from "../../../src/network/documents/sweep.js";
import { InvalidArgumentError, UsageError } from "../../../src/network/errors.js";
import type { Vocabulary } from "../../../src/sweep/plan/vocabulary.js";

/** Numbers `lr`, `depth` and `seed`, and a word; no depth beyond 100 with the word deep. */
export function vocabulary(): Vocabulary & { readonly checked: Readonly<Record<string, SweepValue>>[] } {
  const checked: Readonly<Record<string, SweepValue>>[] = [];
  return {
    command: "train",
    options: ["lr", "depth", "seed", "word"],
    withheld: { out: "it has one" },
    parse: (option, value) => {
      if (option === "word") return String(value).toLowerCase();
      const number = Number(value);
      if (Number.isNaN(number)) throw new InvalidArgumentError(`--${option}`, value, "a number");
      return number;
    },
    check: async (settings) => {
      checked.push(settings);
      if (settings["word"] === "deep" && Number(settings["depth"]) > 100) throw new UsageError("too deep");
    },
    cost: async () => ({ work: 1, unit: 1, bytes: 1 }),
    checked,
  };
}
