import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseMeasuredProfile } from "../../src/network/index.js";
import { PROFILE_KINDS } from "../../src/network/measured-profile/index.js";
import { parseResultDocument, plotOf, RESULT_KINDS, tableOf } from "../../src/plot/index.js";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** The files that hold result documents, of every version since there are any. */
const files = ["results", "test/fixtures"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith("probe.jsonl") || (path.endsWith(".json") && isResult(read(path)))),
);

function isResult(text: string): boolean {
  const kind = /^\s*\{\s*"kind"\s*:\s*"([^"]*)"/.exec(text)?.[1];
  return (RESULT_KINDS as readonly unknown[]).includes(kind);
}

/** Of a text what is there of it for people to see. */
async function show(text: string, name: string): Promise<void> {
  const document = await parseResultDocument(text, name);
  expect(JSON.stringify(plotOf(document)).length, name).toBeGreaterThan(200);
  expect(tableOf(document).rows.length, name).toBeGreaterThan(0);
  if (!(PROFILE_KINDS as readonly unknown[]).includes(document.kind)) return;
  const profile = () => parseMeasuredProfile(text, { source: name });
  // Of a deep sample some blocks were recorded: the others' shares are not known.
  if ("blocks" in document) expect(profile, name).toThrow(/by depth/);
  else expect(profile().skip.length, name).toBeGreaterThan(0);
}

describe("a document that is in the repository is read, drawn and tabled", () => {
  it("of many kinds", () => {
    const kinds = new Set(files.map((path) => /"kind"\s*:\s*"([^"]*)"/.exec(read(path))?.[1]));
    expect([...kinds].sort()).toEqual([
      "backward-sample",
      "path-lengths",
      "probe",
      "run",
      "sample",
      "validation",
    ]);
    expect(files.length).toBeGreaterThan(30);
  });

  it.each(files)("%s", async (path) => {
    const text = read(path);
    await show(text, path);
    const { documents = {} } = path.endsWith(".json") ? JSON.parse(text) : {};
    for (const [name, one] of Object.entries(documents)) await show(JSON.stringify(one), `${path}, ${name}`);
  });

  it("a report of before there was an input variance", async () => {
    const documents = JSON.parse(read("test/fixtures/before-input-variance.json"));
    for (const [name, one] of Object.entries(documents)) await show(JSON.stringify(one), name);
  });
});
