import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type Line, readLines } from "../../src/system/read-lines.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const folder = temporaryFolder("lines");

async function linesOf(content: string | Buffer): Promise<Line[]> {
  const path = join(folder, "file");
  writeFileSync(path, content);
  const lines: Line[] = [];
  for await (const line of readLines(path)) lines.push(line);
  return lines;
}

it.each([
  ["", []],
  ["no end", []],
  ["\n", [{ text: "", end: 1 }]],
  [
    "one\ntwo\r\n",
    [
      { text: "one", end: 4 },
      { text: "two\r", end: 9 },
    ],
  ],
  ["ü\nrest", [{ text: "ü", end: 3 }]],
])("reads %j", async (content, lines) => {
  expect(await linesOf(content)).toEqual(lines);
});

it("reads lines across the pieces of a large file, characters of several bytes among them", async () => {
  const texts = Array.from({ length: 40_000 }, (_, index) => "é×∞".repeat(index % 7) + index);
  const content = texts.map((text) => `${text}\n`).join("");
  const lines = await linesOf(`${content}the last one is not whole`);
  expect(lines.map(({ text }) => text)).toEqual(texts);
  expect(lines.at(-1)?.end).toBe(Buffer.byteLength(content));
});

it("reads a line that is longer than many pieces, and what follows it", async () => {
  const long = "é".repeat(2 ** 20);
  expect(
    await linesOf(`${long}
short
no end`),
  ).toEqual([
    { text: long, end: 2 ** 21 + 1 },
    { text: "short", end: 2 ** 21 + 7 },
  ]);
});

it("says what is wrong", async () => {
  await expect(async () => {
    for await (const _ of readLines(join(folder, "none"))) break;
  }).rejects.toThrow("ENOENT");
});
