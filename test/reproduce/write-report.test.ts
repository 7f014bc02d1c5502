import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OverwriteError } from "../../src/network/errors.js";
import type { ValidationDocument } from "../../src/network/index.js";
import { parseResultDocument } from "../../src/plot/index.js";
import { FinishedJobs } from "../../src/reproduce/finished-jobs.js";
import type { Job } from "../../src/reproduce/jobs.js";
import { planJobs } from "../../src/reproduce/plan.js";
import { requireNoForeignFiles, writeReport } from "../../src/reproduce/write-report.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = temporaryFolder("report");
let count = 0;
function newFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** One of an earlier version, and the committed one. */
const older = readFileSync(join(import.meta.dirname, "../fixtures/older/report.json"), "utf8");
const committed = readFileSync(join(import.meta.dirname, "../../results/validation/report.json"), "utf8");
const document = (await parseResultDocument(committed, "report.json")) as ValidationDocument;

describe("a report", () => {
  it("takes the place of the one that is there, and of nothing else", async () => {
    const folder = newFolder({ "notes.txt": "mine" });
    await writeReport(document, folder);
    const names = readdirSync(folder);
    expect(names).toHaveLength(2 + 7 * 3 + 1);
    await requireNoForeignFiles(folder);
    writeFileSync(join(folder, "overview.svg"), "old");
    await writeReport(document, folder);
    expect(readdirSync(folder)).toEqual(names);
    expect(readFileSync(join(folder, "notes.txt"), "utf8")).toBe("mine");
    expect(readFileSync(join(folder, "overview.svg"), "utf8")).toContain("</svg>");
    expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))).toEqual(document);
  });

  it.each([
    [{ "index.html": "<h1>My site</h1>" }, "index.html"],
    [{ "report.json": '{"sales": 3}' }, "report.json"],
    [{ "report.json": "no JSON", "table-2.png": "" }, "report.json, table-2.png"],
    [{ "report.json": '{"kind":"validation"}', "index.html": "<h1>My site</h1>" }, "index.html"],
  ])("is refused a folder with %j", async (files, named) => {
    const folder = newFolder({ ...files, "notes.txt": "" });
    const refused = requireNoForeignFiles(folder);
    await expect(refused).rejects.toThrow(OverwriteError);
    await expect(refused).rejects.toThrow(`not of a report of respath's (${named})`);
  });

  it("shares a folder with other files", async () => {
    await requireNoForeignFiles(newFolder({ "notes.txt": "", "other.html": "", "my-overview.svg": "" }));
    await requireNoForeignFiles(newFolder());
  });
});

it("a finished job of a kind that is no longer written is done again", async () => {
  const job = planJobs({ quick: true, seed: 0 }).find(({ name }) => name === "figure-4b") as Job;
  const finished = new FinishedJobs(newFolder());
  await finished.keep(job, document.documents["figure-4b"]);
  expect(await finished.find(job)).toEqual(document.documents["figure-4b"]);
  await finished.keep(job, JSON.parse(older).documents["figure-4b"]);
  expect(await finished.find(job)).toBeUndefined();
});

it("finished jobs are cleared away, and nothing that is not theirs", async () => {
  const folder = newFolder();
  const unfinished = join(folder, ".unfinished");
  mkdirSync(unfinished);
  for (const name of ["figure-4a-0123456789abcdef.json", "figure-4a-0123456789abcdef.json.12-0-3.tmp"]) {
    writeFileSync(join(unfinished, name), "{}");
  }
  writeFileSync(join(unfinished, "thesis.tex"), "mine");
  await new FinishedJobs(folder).clear();
  expect(readdirSync(unfinished)).toEqual(["thesis.tex"]);
});
