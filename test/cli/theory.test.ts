import { describe, expect, it } from "vitest";
import { SCHEME_NAMES } from "../../src/network/index.js";
import { expectRefused, respath } from "./run.js";

const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await respath([...args, "--json"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};

describe("respath paths", () => {
  it("prints the paper's 97 % and what an input of variance 1 gives", async () => {
    const line = ["paths", "--scheme", "batchnorm", "--depth", "10000", "--within", "15"];
    for (const paper of [
      ["--convention", "paper"],
      ["--input-variance", "0"],
    ]) {
      const { stdout, code } = await respath([...line, ...paper]);
      expect(code).toBe(0);
      expect(stdout).toContain("input variance s_0 = 0, the paper's q_i = 1/i");
      expect(stdout).toContain("P(K ≤ 15) = 97.0199 %");
      expect(stdout).toContain("With s_0 = 1, c = s_0/b = 1, q_i = 1/(i + 1): P(K ≤ 15) = 98.5269 %");
    }
    const { stdout } = await respath(line);
    expect(stdout).toContain("input variance s_0 = 1, c = s_0/b = 1, q_i = 1/(i + 1)");
    expect(stdout).toContain("P(K ≤ 15) = 98.5269 %");
    expect(stdout).toContain("With s_0 = 0, the paper's q_i = 1/i: P(K ≤ 15) = 97.0199 %");
  });

  it("and the other commands say the same of the same input", async () => {
    for (const input of [
      [],
      ["--input-variance", "0.25"],
      ["--input-variance", "16"],
      ["--convention", "paper"],
    ]) {
      const network = ["--depth", "1000", ...input];
      const paths = await json("paths", "--scheme", "batchnorm", ...network);
      const compared = await json("compare", "--schemes", "batchnorm", ...network);
      const design = await json("design", "--within", "15", "--probability", "0.97", ...network);
      expect(compared.schemes[0].meanLength).toBe(paths.mean);
      expect(design.comparison.schemes[1]).toMatchObject({ scheme: "batchnorm", meanLength: paths.mean });
      const variance = await json("variance", "--scheme", "batchnorm", ...network);
      expect(variance.skip[0]).toBe(paths.inputVariance);
      expect([compared.schemes[0].inputOverBranch, variance.inputOverBranch]).toEqual([
        paths.inputVariance,
        paths.inputVariance,
      ]);
    }
  });

  it("prints one JSON document", async () => {
    const asked = ["--depth", "1e4", "--within", "15", "--input-variance", "0"];
    const document = await json("paths", "--scheme", "batchnorm", ...asked);
    expect(document).toMatchObject({
      kind: "path-lengths",
      scheme: "batchnorm",
      inputVariance: 0,
      inputOverBranch: 0,
      depth: 10_000,
    });
    expect(document.within["15"]).toBeCloseTo(0.9701986941264328, 13);
    expect(document.provenance.arguments).toMatchObject({ depth: 10_000, within: [15], inputVariance: 0 });
  });

  it("takes an expression for α", async () => {
    const document = await json("paths", "--scheme", "skipinit", "--alpha", "1/sqrt(d)", "--depth", "99");
    expect(document.mean).toBeCloseTo(0.99, 14);
  });

  it("takes scales whose squares float64 does not hold", async () => {
    const document = await json(
      "paths",
      "--scheme",
      "custom",
      "--skip",
      "1e-200",
      "--alpha",
      "1e-200",
      "--depth",
      "10",
    );
    expect(document.mean).toBeCloseTo(5, 14);
  });

  it.each([
    ["--alpha", "1/2d", "1/(2*d) or (1/2)*d"],
    ["--alpha", "2 sqrt(d)", "2*sqrt(d)"],
    ["--skip", "(1)d", "(1)*d"],
  ])("refuses the product without a sign in %s %s in one line", async (option, text, readings) => {
    const refused = await respath(["paths", "--scheme", "custom", option, text, "--depth", "9"]);
    expectRefused(refused, `with a sign in every product, ${readings}, not "${text}"`);
  });
});

describe("names in any case", () => {
  it("and schemes by their titles mean what they say, and documents have the usual ones", async () => {
    const asked = ["--activation", "ReLU", "--convention", "Unit-Input", "--depth", "3"];
    const document = await json("paths", "--scheme", "BatchNorm", ...asked);
    expect(document).toMatchObject({ scheme: "batchnorm", activation: "relu", inputVariance: 1 });
    expect(document.provenance.arguments).toMatchObject({ scheme: "batchnorm", activation: "relu" });
    const { schemes } = await json("compare", "--schemes", "BN,SkipInit=0.1,divide by √2", "--depth", "3");
    expect(schemes.map(({ scheme }: { scheme: string }) => scheme)).toEqual([
      "batchnorm",
      "skipinit",
      "sqrt2",
    ]);
    const { architecture } = await json("paths", "--architecture", "WRN-16-1", "--scheme", "BN");
    expect(architecture).toBe("wrn-16-1");
  });
});

describe("respath variance", () => {
  it("prints the profile", async () => {
    const document = await json("variance", "--scheme", "batchnorm", "--depth", "3");
    expect(document).toMatchObject({ kind: "variance-profile", skip: [1, 2, 3], branch: [1, 1, 1] });
  });
});

describe("schemes and architectures", () => {
  it("respath schemes lists them all", async () => {
    const { schemes } = await json("schemes");
    expect(schemes.map(({ name }: { name: string }) => name)).toEqual([...SCHEME_NAMES]);
    for (const scheme of schemes) {
      for (const field of ["title", "formula", "fraction", "law", "source"])
        expect(scheme[field]).toBeTruthy();
    }
    const { stdout } = await respath(["schemes"]);
    expect(stdout).toContain("arXiv 2203.00555");
  });

  it("answers at 1e15 blocks", async () => {
    const document = await json("paths", "--scheme", "batchnorm", "--depth", "1e15", "--within", "45");
    expect(document).toMatchObject({ depth: 1e15, method: "harmonic", inputVariance: 1 });
    // Poisson-like with mean H_d: the reference is in the laws' fixtures; here that the answer gets through.
    expect(document.within["45"] + document.beyond["45"]).toBeCloseTo(1, 14);
    expect(document.mean).toBeCloseTo(Math.log(1e15) + 0.5772156649015329 - 1, 12);
  });

  it("takes an architecture for depth, and where its name says so for the scheme", async () => {
    const wide = await json("paths", "--architecture", "wrn-100-2", "--scheme", "batchnorm");
    expect(wide).toMatchObject({ architecture: "wrn-100-2", depth: 48, inputVariance: 1 });
    // Three stages of 16 blocks, each 1/2 + … + 1/17.
    expect(wide.mean).toBeCloseTo(
      3 * Array.from({ length: 16 }, (_, j) => 1 / (j + 2)).reduce((a, b) => a + b),
      12,
    );
    expect(await json("paths", "--architecture", "deepnorm-12")).toMatchObject({
      scheme: "deepnorm",
      depth: 24,
    });
    const half = await json("variance", "--architecture", "nf-resnet-50", "--alpha", "0.5");
    expect(half.branch).toEqual(new Array(16).fill(0.25));
  });

  it("takes expressions for both paths", async () => {
    const document = await json(
      ...["paths", "--scheme", "custom", "--alpha", "0.2", "--skip", "1/sqrt(2)", "--depth", "50"],
    );
    expect(document.mean).toBeCloseTo((50 * 0.04) / 0.54, 12);
    expect(document).toMatchObject({ alpha: "0.2", skipExpression: "1/sqrt(2)" });
    const normalized = await json(
      ...["paths", "--scheme", "custom", "--alpha", "0.5", "--normalized", "--depth", "2"],
    );
    expect(normalized.mean).toBeCloseTo(0.2 + 0.25 / 1.5, 14);
  });

  it("drops branches", async () => {
    const raw = await json(
      ...["paths", "--scheme", "stochastic-depth", "--survival", "0.8", "--no-normalized", "--depth", "50"],
    );
    expect(raw).toMatchObject({ method: "binomial", survival: "0.8" });
    expect(raw.mean).toBeCloseTo(20, 13);
  });

  it("predicts maps, number formats and the gradient's growth", async () => {
    const maps = await json(
      ...["variance", "--architecture", "wrn-16-4", "--scheme", "batchnorm", "--activation", "relu"],
      ...["--image-size", "32"],
    );
    expect(maps.mapSizes).toEqual([32, 32, 16, 16, 8, 8]);
    const small = ["--architecture", "wrn-16-4", "--scheme", "batchnorm", "--activation", "relu"];
    expect((await respath(["variance", ...small, "--image-size", "8"])).stdout).toMatch(
      /^BatchNorm, wrn-16-4, 6 blocks, relu branches, images of 8×8, input variance s_0 = 1, batch variance\n/,
    );
    const { stdout } = await respath(["variance", "--scheme", "unnormalized", "--depth", "300"]);
    expect(stdout).toContain(
      "float32: the variance overflows from block 128 on; activations overflow from block 256 on.",
    );
    expect(stdout).toContain("The squared gradient at the input is 2.037e+90 times that at the output.");
  });
});

describe("bad input: one line on stderr, exit 2, nothing on stdout", () => {
  it.each([
    [["paths", "--scheme", "batchnom", "--depth", "3"], /did you mean "batchnorm"/],
    [["paths", "--scheme", "xyz", "--depth", "3"], /--scheme must be one of batchnorm, layernorm/],
    ...["0", "-5", "1.5", "ten", "", "Infinity"].map(
      (depth) =>
        [
          ["paths", "--scheme", "batchnorm", "--depth", depth],
          /--depth must be a whole number of at least 1/,
        ] as const,
    ),
    [["paths", "--depth", "3"], /--scheme is missing; `respath schemes` lists/],
    [["paths", "--scheme", "rezero", "--depth", "3", "--depth", "4"], /--depth must be given once/],
    [
      ["paths", "--scheme", "skipinit", "--depth", "3", "--alpha", "1/"],
      /--alpha must be an expression in d and i/,
    ],
    [["paths", "--scheme", "skipinit", "--depth", "3", "--alpha", "1/m"], /\(not m\)/],
    [["paths", "--scheme", "skipinit", "--depth", "3", "--alpha", "1/(i-2)"], /at block 2 of 3/],
    [
      ["paths", "--scheme", "batchnorm", "--depth", "3", "--alpha", "1"],
      /absent for batchnorm; only skipinit, .* take it/,
    ],
    [
      ["paths", "--scheme", "sqrt2", "--depth", "3", "--convention", "paper"],
      /--convention must be unit-input for sqrt2/,
    ],
    [
      ["variance", "--scheme", "sqrt2", "--depth", "3", "--input-variance", "0"],
      /--input-variance must be a positive number for sqrt2 \(without a normaliser/,
    ],
    [
      ["paths", "--scheme", "batchnorm", "--architecture", "wrn-16-2", "--input-variance", "0"],
      /--input-variance must be a positive number for wrn-16-2/,
    ],
    [
      ["paths", "--scheme", "stochastic-depth", "--depth", "3", "--input-variance", "0"],
      /for stochastic-depth \(it may drop every branch/,
    ],
    [
      ["compare", "--depth", "3", "--input-variance", "0", "--convention", "paper"],
      /give --input-variance or --convention, .* not both/,
    ],
    [
      ["design", "--depth", "3", "--within", "1", "--alpha", "1", "--input-variance", "-2"],
      /--input-variance must be/,
    ],
    [
      ["sample", "--scheme", "batchnorm", "--depth", "3", "--input-variance", "0"],
      /--input-variance must be a positive/,
    ],
    [
      ["paths", "--profile", "-", "--input-variance", "4"],
      /--profile brings its own network; leave out --input-variance/,
    ],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--within", "-1"], /--within/],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--plot", "x.pdf"], /\.vl\.json, \.svg, \.png or \.html/],
    [["variance", "--scheme", "sqrt2", "--depth", "3", "--activation", "rellu"], /did you mean "relu"/],
    [["paths", "--scheme", "sqrt2"], /--depth \(or --architecture\) is missing/],
    [["paths", "--architecture", "wrn-16-2"], /--scheme is missing; `respath schemes` lists/],
    [["paths", "--architecture", "wrn-17-2", "--scheme", "batchnorm"], /the nearest n is 16 or 22/],
    [["paths", "--architecture", "vgg", "--scheme", "batchnorm"], /--architecture must be one of wrn-n-k, /],
    [["paths", "--architecture", "pre-ln-3", "--scheme", "sqrt2"], /--scheme must be absent, or pre-ln,/],
    [["paths", "--architecture", "pre-ln-3", "--depth", "3"], /--depth must be absent, or the 6 of pre-ln-3/],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--skip", "2"], /--skip must be absent for sqrt2/],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--normalized"], /--normalized must be absent for sqrt2/],
    [
      ["paths", "--scheme", "custom", "--depth", "3", "--skip", "x"],
      /--skip must be an expression in d and i/,
    ],
    [
      ["paths", "--scheme", "stochastic-depth", "--depth", "3", "--survival", "2"],
      /--survival must be a probability/,
    ],
    [["paths", "--scheme", "skipinit", "--depth", "1e8", "--alpha", "i"], /--depth must be at most 10000000/],
    [["paths", "--scheme", "batchnorm", "--depth", "1e101"], /--depth must be .* up to 1e100/],
    [["variance", "--scheme", "batchnorm", "--depth", "1e9"], /--depth must be at most 10000000/],
    [["variance", "--scheme", "batchnorm", "--depth", "3", "--image-size", "8"], /--image-size needs/],
    [
      ["train", "--model", "wrn-10-1", "--scheme", "pre-ln", "--steps", "1"],
      /--scheme must be batchnorm, layernorm, .* to be trained/,
    ],
    [["pats"], /no command "pats"; did you mean paths\?/],
    [["paths", "--scheme", "sqrt2", "--depth", "3", "--colour"], /no option --colour; try/],
  ] as [string[], RegExp][])("%j", async (args, message) => {
    expectRefused(await respath(args), message);
  });

  it("an unwritable picture is refused, and no result printed", async () => {
    const { code, stdout, stderr } = await respath([
      "paths",
      "--scheme",
      "sqrt2",
      "--depth",
      "3",
      "--plot",
      "package.json/picture.svg",
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^respath: cannot write package\.json\/picture\.svg: /);
  });
});

describe("help", () => {
  it("lists the commands and the exit codes", async () => {
    const { code, stdout } = await respath(["--help"]);
    expect(code).toBe(0);
    for (const name of ["paths", "variance", "schemes", "sample", "data", "train", "validate", "plot"]) {
      expect(stdout).toMatch(new RegExp(`respath ${name}`));
    }
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "Exit codes: 0 done, 1 failed, 2 bad usage, 130 stopped by Ctrl-C, 143",
    );
  });

  it.each([[[]], [["-h"]], [["help"]]])("is what %j asks for too", async (args) => {
    const { code, stdout, stderr } = await respath(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe((await respath(["--help"])).stdout);
  });

  it.each([[["schemes", "-h"]], [["help", "schemes"]]])("of one command by %j", async (args) => {
    const { code, stdout } = await respath(args);
    expect(code).toBe(0);
    expect(stdout).toBe((await respath(["schemes", "--help"])).stdout);
  });
});
