import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RespathError } from "../../src/network/errors.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { alteredFile, type FileKind } from "./altered-files.js";
import { count, IS_LONG, SEED } from "./fuzz.js";
import { archiveKinds, leftKinds, writtenKinds } from "./kinds/others.js";
import { profileKinds, resultKinds } from "./kinds/results.js";
import { runKinds } from "./kinds/runs.js";
import { finishedJobKinds, journalKinds } from "./kinds/samples.js";

/** So many files of each kind are altered, of those that take long to read as many times fewer. */
const FILES = IS_LONG ? 1600 : 500;
const MOST_CHARACTERS = 400;
/** What else a terminal could make something of is written as escapes by the command line (hostile-names.test.ts). */
const ONE_LINE = /^[^\r\n]+$/;

const folder = temporaryFolder("altered");
mkdirSync(join(folder, "runs"));
mkdirSync(join(folder, "archives"));
const kinds: readonly FileKind[] = [
  ...(await resultKinds()),
  ...profileKinds(),
  ...writtenKinds(join(folder, "written")),
  ...(await runKinds(join(folder, "runs"))),
  ...(await journalKinds(join(folder, "journals"))),
  ...(await finishedJobKinds(join(folder, "jobs"))),
  ...(await archiveKinds(join(folder, "archives"))),
  ...leftKinds(join(folder, "left")),
];

/** What a file does that it must not: an error other than a refusal in one short line. */
function complaintAbout(error: unknown): string | undefined {
  if (!(error instanceof RespathError)) return (error as Error).stack?.slice(0, 800) ?? String(error);
  return ONE_LINE.test(error.message) && error.message.length <= MOST_CHARACTERS
    ? undefined
    : `not one short line: ${JSON.stringify(error.message).slice(0, 800)} (${error.message.length} characters)`;
}

const all = { files: 0, refused: 0 };

// A rejection that nobody handles ends the run of the tests as an error of theirs: vitest sees to that.
describe.each(kinds)(`an altered $name (seed ${SEED})`, (kind) => {
  it("is used, or refused in one short line", async () => {
    for (const original of kind.originals) await kind.use(original);
    const files = Math.ceil(FILES / (kind.cost ?? 1));
    const wrong: string[] = [];
    let refused = 0;
    for (let index = 0; index < files; index++) {
      const { name, bytes } = alteredFile(kind, { seed: SEED, index, others: kinds });
      try {
        await kind.use(bytes);
      } catch (error) {
        refused++;
        const complaint = complaintAbout(error);
        if (complaint) wrong.push(`file ${index}, ${name}: ${complaint}`);
      }
    }
    all.files += files;
    all.refused += refused;
    count({ documents: files, [`documents: ${kind.name}`]: files, refused });
    expect(wrong, `RESPATH_SEED=${SEED}`).toEqual([]);
  });
});

it("altered files are refused for the most part, and used for another", () => {
  expect(all.refused).toBeGreaterThan(all.files / 2);
  expect(all.refused).toBeLessThan(0.9 * all.files);
});
