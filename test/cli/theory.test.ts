import { describe, expect, it } from "vitest";
import { respath } from "./run.js";

const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await respath([...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};

describe("respath paths", () => {
  it("prints the paper's 97 % and what the other convention gives", async () => {
    const { stdout, code } = await respath([
      "paths",
      "--scheme",
      "batchnorm",
      "--depth",
      "10000",
      "--within",
      "15",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("P(K ≤ 15) = 97.0199 %");
    expect(stdout).toContain("unit-input, p_i = 1/(i+1), gives P(K ≤ 15) = 98.5269 %");
  });

  it("prints one JSON document", async () => {
    const document = await json("paths", "--scheme", "batchnorm", "--depth", "1e4", "--within", "15");
    expect(document).toMatchObject({
      kind: "path-lengths",
      scheme: "batchnorm",
      convention: "paper",
      depth: 10_000,
    });
    expect(document.within["15"]).toBeCloseTo(0.9701986941264328, 13);
    expect(document.provenance.arguments).toMatchObject({ depth: 10_000, within: [15] });
  });

  it("takes an expression for α", async () => {
    const document = await json("paths", "--scheme", "skipinit", "--alpha", "1/sqrt(d)", "--depth", "99");
    expect(document.mean).toBeCloseTo(0.99, 14);
  });
});

describe("respath variance", () => {
  it("prints the profile", async () => {
    const document = await json("variance", "--scheme", "batchnorm", "--depth", "3");
    expect(document).toMatchObject({ kind: "variance-profile", skip: [1, 2, 3], branch: [1, 1, 1] });
  });
});

describe("bad input: one line on stderr, exit 2, nothing on stdout", () => {
  it.each([
    [["paths", "--scheme", "batchnom", "--depth", "3"], /did you mean "batchnorm"/],
    [["paths", "--scheme", "xyz", "--depth", "3"], /--scheme must be one of batchnorm, skipinit/],
    ...["0", "-5", "1.5", "ten", "", "Infinity"].map(
      (depth) =>
        [
          ["paths", "--scheme", "batchnorm", "--depth", depth],
          /--depth must be a whole number of at least 1/,
        ] as const,
    ),
    [["paths", "--depth", "3"], /Missing required argument: scheme/],
    [["paths", "--scheme", "rezero", "--depth", "3", "--depth", "4"], /--depth must be given once/],
    [
      ["paths", "--scheme", "skipinit", "--depth", "3", "--alpha", "1/"],
      /alpha must be an expression in d and i/,
    ],
    [["paths", "--scheme", "skipinit", "--depth", "3", "--alpha", "1/n"], /\(not n\)/],
    [["paths", "--scheme", "skipinit", "--depth", "3", "--alpha", "1/(i-2)"], /at block 2 of 3/],
    [["paths", "--scheme", "batchnorm", "--depth", "3", "--alpha", "1"], /only skipinit takes it/],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--convention", "paper"], /unit-input for sqrt2/],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--within", "-1"], /--within/],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--plot", "x.pdf"], /\.vl\.json, \.svg, \.png or \.html/],
    [["variance", "--scheme", "sqrt2", "--depth", "3", "--activation", "rellu"], /did you mean "relu"/],
    [["pats"], /Did you mean paths/],
    [[], /name a command/],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--colour"], /Unknown argument: colour/],
  ] as [string[], RegExp][])("%j", async (args, message) => {
    const { code, stdout, stderr } = await respath(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("an unwritable picture is exit 1 and prints no result", async () => {
    const { code, stdout, stderr } = await respath([
      "paths",
      "--scheme",
      "sqrt2",
      "--depth",
      "3",
      "--plot",
      "package.json/picture.svg",
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^respath: cannot write package\.json\/picture\.svg: /);
  });
});

describe("help", () => {
  it("lists the commands and the exit codes", async () => {
    const { code, stdout } = await respath(["--help"]);
    expect(code).toBe(0);
    for (const name of ["paths", "variance", "sample", "data", "train", "validate", "plot"]) {
      expect(stdout).toMatch(new RegExp(`respath ${name}`));
    }
    expect(stdout).toContain("Exit codes");
  });
});
