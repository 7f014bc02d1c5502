import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import {
  LockedError,
  OverwriteError,
  plotOf,
  type ResultDocument,
  type ValidationDocument,
} from "../../src/index.js";
import { parseResultDocument, sampleMoments, sampleShares, sampleVariances } from "../../src/plot/index.js";
import { type ValidateOptions, validate } from "../../src/reproduce/index.js";
import { respath } from "../cli/run.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { poissonBinomial } from "./references.js";

/** In place of CIFAR-10, which has to be fetched. */
const { loadCifar10 } = vi.hoisted(() => ({ loadCifar10: vi.fn() }));
vi.mock("../../src/data/load-cifar10.js", () => ({ loadCifar10 }));

const CHECKSUMS = { "data_batch_1.bin": "0123456789abcdef" };
const root = temporaryFolder("validate");
const report = join(root, "report");
const unfinished = join(report, ".unfinished");
const keptIn = () =>
  (existsSync(unfinished) ? readdirSync(unfinished) : []).filter((n) => n.endsWith(".json"));
const read = (name: string) => readFileSync(join(report, name), "utf8");

const settings: ValidateOptions = {
  output: report,
  quick: true,
  seed: 3,
  workers: 2,
  data: { directory: "/some/folder", from: "archive.tar.gz" },
};
/** What a stop left to go on from. */
let kept: string[];
let document: ValidationDocument;
const fractions: number[] = [];

beforeAll(async () => {
  const { easyImages } = await import("../train/images.js");
  loadCifar10.mockImplementation(async () => ({
    train: easyImages(200),
    test: easyImages(20, 1),
    checksums: CHECKSUMS,
  }));
  const stop = new AbortController();
  const reason = new Error("stopped by the test");
  const onProgress = () => {
    if (keptIn().length > 0) stop.abort(reason);
  };
  const stopped = { ...settings, workers: 1, onProgress, signal: stop.signal };
  await expect(validate(stopped)).rejects.toBe(reason);
  expect(readdirSync(report)).toEqual([".unfinished"]);
  // Nothing but what was kept can have this mark.
  kept = keptIn();
  for (const name of kept) {
    const path = join(unfinished, name);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, "utf8")), kept: true }));
  }
  document = await validate({ ...settings, onProgress: (fraction) => fractions.push(fraction) });
});

const documents = () => document.documents as Readonly<Record<string, ResultDocument>>;
const numbersOf = (claim: number) => document.claims[claim - 1].numbers;

describe("a quick validation that was stopped and started again", () => {
  it("goes on with what was not finished, and leaves only the report", () => {
    const marked = [...Object.values(documents()), ...runs()].filter((one) => "kept" in one);
    expect(kept.length).toBeGreaterThan(0);
    expect(marked).toHaveLength(kept.length);
    const pictures = ["overview", "path-lengths", "figure-4a", "path-shares-linear", "path-shares-relu"];
    const files = [...pictures, "figure-4b", "table-2"].flatMap((name) =>
      ["vl.json", "svg", "png"].map((format) => `${name}.${format}`),
    );
    expect(readdirSync(report).sort()).toEqual([...files, "index.html", "report.json"].sort());
  });

  it("reports how far it is, to the end", () => {
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it("takes its images from where it is told, and records what they are", () => {
    expect(loadCifar10).toHaveBeenCalledTimes(2);
    expect(loadCifar10.mock.calls[0][0]).toMatchObject(settings.data as object);
    expect(documents()["figure-4b"]).toMatchObject({ network: { dataChecksums: CHECKSUMS } });
    for (const run of runs()) expect(run).toMatchObject({ dataChecksums: CHECKSUMS });
  });

  it("computes the networks of the claims, of the seed it is given", () => {
    expect(Object.keys(documents()).sort()).toEqual([
      "figure-4a",
      "figure-4b",
      "path-lengths",
      "path-lengths-unit-input",
      ...["path-shares-linear-48", "path-shares-linear-96", "path-shares-relu-48", "path-shares-relu-96"],
      "table-2",
    ]);
    const batchnorm = { scheme: "batchnorm", depth: 100, batch: 64 };
    const drawn = { trials: 4, seed: 3 };
    expect(documents()["figure-4a"]).toMatchObject({
      network: { ...batchnorm, activation: "linear", width: 128 },
      ...drawn,
    });
    for (const activation of ["linear", "relu"]) {
      for (const width of [48, 96]) {
        const found = documents()[`path-shares-${activation}-${width}`];
        expect(found).toMatchObject({ network: { ...batchnorm, activation, width }, ...drawn });
      }
    }
    const map = {
      network: { depth: 100, width: 16, images: "cifar10", imageSize: 16, batch: 32 },
      slopeFrom: 10,
      trials: 3,
      seed: 3,
    };
    expect(documents()["figure-4b"]).toMatchObject(map);
    const wrn = { model: "wrn-100-0.5", depth: 48, batch: 64, imageSize: 16, seed: 3, testImages: 0 };
    for (const run of runs()) {
      expect(run).toMatchObject(wrn);
      // α = 1 diverges in its first steps.
      if (run.alpha === "1") expect(run.outcome).toBe("diverged");
      else expect(run.steps).toBe(12);
    }
    expect(runs().map(({ scheme, alpha, learningRate }) => [scheme, alpha, learningRate])).toEqual([
      ["batchnorm", undefined, 1 / 8],
      ["skipinit", "1/sqrt(d)", 1 / 8],
      ["skipinit", "0", 1 / 8],
      ["skipinit", "1", 1 / 256],
      ["sqrt2", undefined, 1 / 32],
    ]);
  });

  it("compares them with the theory", () => {
    const ids = ["97-percent", "figure-4a", "path-shares", "figure-4b", "table-2"];
    expect(document.claims.map(({ id }) => id)).toEqual(ids);
    expect(numbersOf(1)[0].value).toBeCloseTo(0.9701986941264328, 13);
    expect(numbersOf(1)[2].value).toBeCloseTo(0.9852685030864532, 13);
    // Over a batch of 64 the input's variance is 1 − 1/64, and each of 100 branches adds 1.
    const theories = (claim: number) => numbersOf(claim).map(({ theory }) => Number(theory));
    for (const [index, theory] of [1, 1, 100 - 1 / 64].entries()) {
      expect(Math.abs(theories(2)[index] / theory - 1)).toBeLessThan(2e-5);
    }
    const q = Array.from({ length: 100 }, (_, index) => 1 / (index + 2 - 1 / 64));
    const mean = q.reduce((sum, one) => sum + one, 0);
    const within = poissonBinomial(q).slice(0, 6);
    for (const row of [0, 1, 2]) expect(theories(3)[row]).toBeCloseTo(mean, 4);
    expect(theories(3)[3]).toBeCloseTo(
      within.reduce((sum, share) => sum + share, 0),
      4,
    );
    expect(numbersOf(4).at(-1)?.value).toBeCloseTo((46 / 48) ** 2, 12);
    for (const claim of [2, 3, 4]) {
      for (const { value, se, theory, z } of numbersOf(claim)) {
        if (se !== undefined) expect(z).toBeCloseTo((Number(value) - Number(theory)) / se, 6);
      }
    }
  });

  it("judges the exact claim, and does not judge a dozen steps", () => {
    expect(document).toMatchObject({ kind: "validation", quick: true, seed: 3 });
    expect(document.claims[0].verdict.status).toBe("agrees");
    const { verdict, atPaperScale, numbers } = document.claims[4];
    expect([verdict.status, atPaperScale?.status]).toEqual(["cannot-tell", "cannot-tell"]);
    expect(verdict.reason).toContain("SkipInit 1 diverged at step");
    for (const [index, { outcome }] of runs().entries()) {
      const did = { trained: "left chance", stalled: "did not leave chance", diverged: "diverged at step" }[
        outcome
      ];
      expect(numbers[index].label).toContain(`, ${did}`);
    }
    expect(document.provenance?.arguments).toEqual({
      command: "validate",
      quick: true,
      seed: 3,
      out: report,
    });
  });

  it("says of every number whether it is judged", () => {
    for (const { numbers } of document.claims) {
      for (const { label, status, notJudged } of numbers) {
        expect(
          [status, notJudged].filter((one) => one !== undefined),
          label,
        ).toHaveLength(1);
      }
    }
  });

  it("writes every picture that it names, and links to no other file", () => {
    const page = read("index.html");
    const named = ["overview", ...document.claims.flatMap(({ pictures }) => pictures)];
    expect(named).toHaveLength(7);
    const links = named.flatMap((name) => ["vl.json", "svg", "png"].map((format) => `${name}.${format}`));
    for (const file of links) expect(readFileSync(join(report, file)).length, file).toBeGreaterThan(1000);
    const linked = [...page.matchAll(/href="([^#"][^":]*)"/g)].map((match) => match[1]);
    expect([...new Set(linked)].sort()).toEqual([...links, "report.json"].sort());
    for (const { title, scaledDown } of document.claims) {
      for (const text of [title, ...scaledDown]) {
        expect(page).toContain(text.replaceAll("'", "&#39;"));
      }
    }
  });

  it("draws each from its document, the shares of the widest sample", () => {
    const drawn: Record<string, object> = {
      overview: plotOf(document),
      "path-lengths": plotOf(documents()["path-lengths"]),
      "figure-4a": sampleVariances(documents()["figure-4a"] as never),
      "path-shares-linear": sampleShares(documents()["path-shares-linear-96"] as never),
      "path-shares-relu": sampleShares(documents()["path-shares-relu-96"] as never),
      "figure-4b": sampleMoments(documents()["figure-4b"] as never),
      "table-2": plotOf(documents()["table-2"]),
    };
    for (const [name, spec] of Object.entries(drawn)) {
      expect(JSON.parse(read(`${name}.vl.json`)), name).toEqual(JSON.parse(JSON.stringify(spec)));
    }
  });

  it("can be drawn again from report.json, and every document in it", async () => {
    const again = (await parseResultDocument(read("report.json"), "report.json")) as ValidationDocument;
    expect(again).toEqual(JSON.parse(JSON.stringify(document)));
    for (const [name, one] of Object.entries(again.documents)) {
      const drawn = plotOf(await parseResultDocument(JSON.stringify(one), name));
      expect(drawn, name).toEqual(plotOf(documents()[name]));
    }
    const picture = join(root, "overview.svg");
    const { code, stderr } = await respath(["plot", join(report, "report.json"), "-o", picture]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `wrote ${picture}\n` });
    expect(readFileSync(picture, "utf8")).toBe(read("overview.svg"));
  });
});

function runs() {
  const table = documents()["table-2"];
  if (table.kind !== "trainability") throw new Error("table-2 must be trainability");
  return table.runs;
}

describe("a validation is refused before any work", () => {
  it("a folder with other files of the report's names", async () => {
    const calls = loadCifar10.mock.calls.length;
    const site = mkdtempSync(join(root, "site-"));
    writeFileSync(join(site, "report.json"), '{"sales": 3}');
    const refused = validate({ ...settings, output: site });
    await expect(refused).rejects.toThrow(OverwriteError);
    await expect(refused).rejects.toThrow("(report.json)");
    expect(readdirSync(site)).toEqual(["report.json"]);
    expect(readFileSync(join(site, "report.json"), "utf8")).toBe('{"sales": 3}');
    expect(loadCifar10).toHaveBeenCalledTimes(calls);
  });

  it("the folder of one that goes on, which then ends as if nothing was", async () => {
    const output = join(root, "busy");
    let reject: (reason: Error) => void = () => {};
    loadCifar10.mockImplementationOnce(() => new Promise((_, refuse) => (reject = refuse)));
    const first = validate({ ...settings, output });
    await vi.waitUntil(() => existsSync(join(output, ".respath.lock")));
    await expect(validate({ ...settings, output })).rejects.toThrow(LockedError);
    reject(new Error("no data"));
    await expect(first).rejects.toThrow("no data");
    expect(existsSync(join(output, ".respath.lock"))).toBe(false);
  });
});
