import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { RespathError } from "../../src/network/errors.js";
import { readCheckpoint } from "../../src/train/folder/checkpoint.js";
import { train } from "../../src/train/index.js";
import { decodeSafetensors, encodeSafetensors } from "../../src/train/weights/index.js";
import { alteredDocuments } from "../robustness/altered-documents.js";
import { STOPPED_RUN } from "./stopped-run.js";

const root = mkdtempSync(join(tmpdir(), "respath-older-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A run as version 0.1.0 left it on 2026-11-30, before documents had formats: stopped after step 4 of 6. */
const older = new URL("../fixtures/before-formats", import.meta.url);

let copies = 0;
function copyOfRun(): string {
  const folder = join(root, String(copies++));
  cpSync(older, folder, { recursive: true });
  return folder;
}

const checkpoint = decodeSafetensors(
  readFileSync(new URL("../fixtures/before-formats/checkpoint.safetensors", import.meta.url)),
);
function withMetadata(metadata: Readonly<Record<string, string>>): string {
  const folder = copyOfRun();
  writeFileSync(join(folder, "checkpoint.safetensors"), encodeSafetensors({ ...checkpoint, metadata }));
  return folder;
}

describe("a run of before there were formats", () => {
  it("goes on from its checkpoint, metrics and probes, to what a run of today finds", async () => {
    const [output, whole] = [copyOfRun(), join(root, "whole")];
    const resumed = await train({ ...STOPPED_RUN, output, resume: true });
    const run = await train({ ...STOPPED_RUN, output: whole });
    expect(resumed.lossCurve).toEqual(run.lossCurve);
    expect(resumed.weightsSha256).toBe(run.weightsSha256);
    const probes = (folder: string) =>
      readFileSync(join(folder, "probe.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => ({ format: 1, ...JSON.parse(line) }));
    expect(probes(output)).toEqual(probes(whole));
  });

  it.each([
    ["settings", "null", "settings must be an object, not null"],
    ["settings", "[1]", "settings must be an object, not [1]"],
    ["settings", "{", "settings is missing"],
    ["circumstances", '"a"', 'circumstances must be an object, not "a"'],
    ["circumstances", `${"[".repeat(100_000)}${"]".repeat(100_000)}`, "circumstances is missing"],
    ["step", "0", "step must be a whole number of at least 1, not 0"],
  ])("is refused in one line with other %s: %#", async (name, text, complaint) => {
    const output = withMetadata({ ...checkpoint.metadata, [name]: text });
    await expect(train({ ...STOPPED_RUN, output, resume: true })).rejects.toThrow(
      `${join(output, "checkpoint.safetensors")} is not a checkpoint of respath: ${complaint}`,
    );
  });

  it("of a newer format is refused in one line", async () => {
    const output = withMetadata({ ...checkpoint.metadata, format: "2" });
    await expect(train({ ...STOPPED_RUN, output, resume: true })).rejects.toThrow(
      "was written by a newer version of respath (format 2; this one reads 1): update respath",
    );
  });

  it("altered in one place is read, or refused in one short line", async () => {
    const { step, ...texts } = checkpoint.metadata;
    const values = { step: JSON.parse(step), settings: JSON.parse(texts.settings) };
    for (const { name, value } of alteredDocuments(values, { seed: 3, most: 150 })) {
      const fields = Object.entries(value ?? {}).map(([key, one]) => [key, JSON.stringify(one)]);
      const output = withMetadata({ circumstances: texts.circumstances, ...Object.fromEntries(fields) });
      const error = await train({ ...STOPPED_RUN, output, resume: true, steps: 4 }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error, name).toBeInstanceOf(RespathError);
      expect((error as Error).message.length, name).toBeLessThan(1500);
      expect((error as Error).message, name).not.toContain("\n");
    }
  });
});

it("a checkpoint says its format", async () => {
  const output = join(root, "new");
  await train({ ...STOPPED_RUN, output, steps: 3, probeEvery: undefined });
  const path = join(output, "checkpoint.safetensors");
  expect(decodeSafetensors(readFileSync(path)).metadata.format).toBe("1");
  expect(await readCheckpoint(path)).toMatchObject({ step: 3 });
});
