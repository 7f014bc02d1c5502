import { describe, expect, it } from "vitest";
import { readSpec } from "../../../src/sweep/spec/read-spec.js";

const read = (text: string) => readSpec(text, "sweep.yaml");
const complaint = (text: string) => {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message;
  }
  return "nothing";
};

const HEAD = "command: train\ngrid:\n";

describe("a sweep's file", () => {
  it("is YAML or the same as JSON", () => {
    const yaml = `# rates\n${HEAD}  lr: [0.1, 1e-3]\n  seed: {from: 0, to: 4, step: 2}\nwhen:\n  - if: {lr: 0.1}\n    set: {l2: 0}\n`;
    const json = {
      command: "train",
      grid: { lr: [0.1, 0.001], seed: { from: 0, to: 4, step: 2 } },
      when: [{ if: { lr: 0.1 }, set: { l2: 0 } }],
    };
    expect(read(yaml).spec).toEqual(json);
    expect(read(JSON.stringify(json, null, "\t")).spec).toEqual(json);
  });

  it("may have a closing bracket below its key, and a byte order mark", () => {
    expect(read(`\uFEFF${HEAD}  lr: [\n    1,\n    2,\n  ]\n`).spec.grid).toEqual({ lr: [1, 2] });
  });

  it("says where each value stands", () => {
    const { placeOf } = read(
      `${HEAD}  lr:\n    - 0.1\n    - 0.2\nwhen:\n- if: {lr: 0.1}\n  set:\n    l2: 0\n`,
    );
    expect(placeOf(["grid", "lr"])).toBe("sweep.yaml line 3");
    expect(placeOf(["grid", "lr", 1])).toBe("sweep.yaml line 5");
    expect(placeOf(["when", 0, "set", "l2"])).toBe("sweep.yaml line 9");
    // What is not there is looked for where it should be.
    expect(placeOf(["when", 0, "grid", "lr"])).toBe("sweep.yaml line 7");
  });

  it.each([
    ["", "sweep.yaml line 1: command is missing"],
    ["grid: {lr: [1]}\n", "sweep.yaml line 1: command is missing"],
    [
      "command: trian\ngrid: {}\n",
      'sweep.yaml line 1: command must be one of train, sample (did you mean "train"?), not "trian"',
    ],
    [
      `${HEAD}  lr: 0.1\n`,
      "sweep.yaml line 3: grid.lr must be a list, a range {from, to, step} or powers {powers, from, to, step}, not 0.1",
    ],
    [
      `${HEAD}  lr:\n`,
      "sweep.yaml line 3: grid.lr must be a list, a range {from, to, step} or powers {powers, from, to, step}, not null",
    ],
    [
      `${HEAD}  lr:\n  - 1\n  - {a: 1}\n`,
      'sweep.yaml line 5: grid.lr[1] must be text or a number or true or false, not {"a":1}',
    ],
    [
      `${HEAD}  lr: [1]\nwhne: []\n`,
      'sweep.yaml line 4: a field of the file must be one of giveUp, halving, command, fixed, grid, when (did you mean "when"?), not "whne"',
    ],
    [`${HEAD}  lr: [1]\n  seed: [1]\n  lr: [2]\n`, 'sweep.yaml line 5: "lr" is there twice'],
    ['{"command": "train",\n "grid": {"lr": [1],\n "lr": [2]}}', 'sweep.yaml line 3: "lr" is there twice'],
    [`${HEAD}  lr: [1]\n\tseed: [1]\n`, "sweep.yaml line 4: Tabs are not allowed as indentation"],
    [`${HEAD}  lr: [1]\n---\na: 1\n`, "sweep.yaml line 4: a second document begins here"],
    [`${HEAD}  lr: *rates\n`, "sweep.yaml line 3: *rates stands for nothing above it"],
    [`${HEAD}  lr: !!set {1}\n`, "sweep.yaml line 3: Unresolved tag: tag:yaml.org,2002:set"],
    [
      `${HEAD}  seed: [1,\n    01]\n`,
      'sweep.yaml line 4: 01 begins with 0: write 1, or "01" in quotes for text',
    ],
    [
      `${HEAD}  seed: [9007199254740993]\n`,
      "sweep.yaml line 3: 9007199254740993 has more digits than a number keeps (it would be 9007199254740992): write it in quotes for text",
    ],
    [
      `${HEAD}  lr: [.inf]\n`,
      "sweep.yaml line 3: grid.lr[0] must be text or a number or true or false, not Infinity",
    ],
    [
      `${HEAD}  lr: [1e999]\n`,
      "sweep.yaml line 3: grid.lr[0] must be text or a number or true or false, not Infinity",
    ],
  ])("%j is refused with its line", (text, message) => {
    expect(complaint(text)).toBe(message);
  });

  it("reads words and numbers as YAML 1.2 does, whatever version the file claims", () => {
    const values = "[no, off, yes, true, 1/2, 1E3, .5, 2020-01-01, 1_000, 0x10, 1:30, '01']";
    const expected = ["no", "off", "yes", true, "1/2", 1000, 0.5, "2020-01-01", "1_000", 16, "1:30", "01"];
    for (const before of ["", "%YAML 1.1\n---\n"]) {
      expect(read(`${before}${HEAD}  alpha: ${values}\n`).spec.grid).toEqual({ alpha: expected });
    }
  });

  it("understands aliases, unless they multiply", () => {
    expect(read(`${HEAD}  lr: &rates [1, 2]\n  l2: *rates\n`).spec.grid).toEqual({ lr: [1, 2], l2: [1, 2] });
    const names = [..."abcdefgh"];
    const bomb = names.map(
      (name, i) => `  ${name}: &${name} [${Array(9).fill(i === 0 ? 1 : `*${names[i - 1]}`)}]\n`,
    );
    expect(complaint(`${HEAD}${bomb.join("")}`)).toBe("sweep.yaml: its aliases stand for too much");
    expect(complaint(`${HEAD}  lr: &a [*a]\n`)).toMatch(/^sweep.yaml line 3: grid.lr\[0\] must be text/);
  });

  it("is not endless, and not endlessly deep", () => {
    expect(complaint(`${HEAD}# ${"x".repeat(2 ** 20)}`)).toMatch(
      /^sweep.yaml: must be at most 1048576 characters/,
    );
    expect(complaint(`${HEAD}  lr: ${"[".repeat(1e4)}${"]".repeat(1e4)}`)).toBe(
      "sweep.yaml line 3: it has too many lists and objects in each other",
    );
  });
});
