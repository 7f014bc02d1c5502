import { describe, expect, it } from "vitest";
import { DataError } from "../../src/network/errors.js";
import { parseResultDocument, plotOf } from "../../src/plot/index.js";
import { probesDocument } from "./documents.js";

const document = probesDocument();
const [batchnorm, skipinit] = document.runs;
const linesOf = (probes: readonly object[]) => probes.map((probe) => `${JSON.stringify(probe)}\n`).join("");

interface Row {
  readonly x: number;
  readonly y?: number | null;
  readonly series?: string;
  readonly band?: string;
  readonly share?: number;
}

/** The rows of all data in a specification. */
function rowsOf(spec: object): Row[] {
  return Object.entries(spec).flatMap(([key, value]): Row[] => {
    if (typeof value !== "object" || value === null) return [];
    return key === "data" ? value.values : rowsOf(value);
  });
}

describe("probe.jsonl", () => {
  it("of one run or of several, one after the other, is a document of runs", async () => {
    expect(await parseResultDocument(linesOf(batchnorm), "a")).toEqual({
      kind: "probes",
      format: 1,
      runs: [batchnorm],
    });
    expect(await parseResultDocument(linesOf([...batchnorm, ...skipinit]), "a")).toEqual({
      kind: "probes",
      format: 1,
      runs: [batchnorm, skipinit],
    });
  });

  it("may end with a line that was not written to its end", async () => {
    const text = `${linesOf(batchnorm)}{"kind":"pro`;
    expect(await parseResultDocument(text, "a")).toEqual({ kind: "probes", format: 1, runs: [batchnorm] });
  });

  it.each([
    [`${linesOf(batchnorm)}{"kind":"run"}\n`, "line 12 of a is not a probe"],
    [
      linesOf([{ ...batchnorm[0], epoch: "one" }]),
      'line 1 of a is not a probe: epoch must be a number of at least 0, not "one"',
    ],
  ])("is refused otherwise, in one line", async (text, message) => {
    await expect(parseResultDocument(text, "a")).rejects.toThrow(DataError);
    await expect(parseResultDocument(text, "a")).rejects.toThrow(message);
  });
});

describe("the picture of probes", () => {
  const rows = rowsOf(plotOf(document));

  it("has each run's mean path length by both methods, by epoch", () => {
    const curve = (series: string) => rows.filter((row) => row.series === series);
    const profile = curve("SkipInit 1/√d, from the profile");
    expect(profile.map(({ x }) => x)).toEqual(skipinit.map(({ epoch }) => epoch));
    expect(profile.map(({ y }) => y)).toEqual(skipinit.map(({ fromProfile }) => fromProfile?.mean ?? null));
    // The mean, then the 97 % quantile.
    expect(curve("SkipInit 1/√d").map(({ y }) => y)).toEqual([
      ...skipinit.map(({ carried }) => carried?.mean ?? null),
      ...skipinit.map(({ carried }) => carried?.quantile97 ?? null),
    ]);
  });

  it("has a minus before a mean that is below 0", () => {
    const last = batchnorm[batchnorm.length - 1];
    const runs = [[...batchnorm.slice(0, -1), { ...last, carried: { ...last.carried!, mean: -0.06 } }]];
    expect(JSON.stringify(plotOf({ kind: "probes", runs }))).toMatch(/: \d\.\d\d to −0\.06"/);
  });

  it("has shares that add up to 1, of as many paths as the run has", () => {
    const bands = rows.filter(({ band }) => band !== undefined);
    const at = bands.filter(({ x }) => x === batchnorm[3].epoch);
    expect(at.slice(0, 5).map(({ band }) => band)).toEqual(["0", "1", "2", "3", "4 or more"]);
    expect(at[1].share).toBeCloseTo(batchnorm[3].carried!.pmf[1], 12);
    expect(at.slice(0, 5).reduce((sum, { share }) => sum + share!, 0)).toBeCloseTo(1, 12);
    // Three runs at most, of eleven probes, one of which is lost.
    expect(bands).toHaveLength(5 * (11 + 10 + 11));
  });

  it("has wider bands for longer paths", () => {
    const deep = probesDocument({ schemes: [{ scheme: "batchnorm" }], depth: 98, epochs: 1 });
    const longest = Math.max(...deep.runs[0].map(({ carried }) => carried!.quantile97));
    const width = Math.round(longest / 5);
    const deepRows = rowsOf(plotOf(deep)).filter(({ band }) => band !== undefined);
    expect(deepRows.slice(0, 5).map(({ band }) => band)).toEqual([
      `0 to ${width - 1}`,
      `${width} to ${2 * width - 1}`,
      `${2 * width} to ${3 * width - 1}`,
      `${3 * width} to ${4 * width - 1}`,
      `${4 * width} or more`,
    ]);
    // A run of less than two epochs by its steps.
    expect(deepRows.at(-1)!.x).toBe(780);
  });
});
