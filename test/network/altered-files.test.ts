import { expect, it } from "vitest";
import { pathLengths } from "../../src/analytic/index.js";
import { RespathError } from "../../src/network/errors.js";
import { parseMeasuredProfile, parseProbeLines } from "../../src/network/index.js";
import { parseModel, type StackDescription } from "../../src/train/index.js";
import { alteredDocuments } from "../plot/altered-documents.js";
import { probesDocument } from "../plot/documents.js";

const PROFILE = {
  source: "a network",
  depth: 2,
  blocks: [
    { block: 1, skip: 1, branch: 0.5, name: "a" },
    { block: 2, skip: 2, branch: 1 },
  ],
};
const STACK: StackDescription = {
  name: "mine",
  input: "images",
  imageSize: 8,
  activation: "relu",
  stem: { width: 8, kernel: 3, stride: 1, pooling: 2 },
  stages: [{ blocks: 2, width: 8, layers: [{ kernel: 3, width: 4, stride: 2 }, {}] }],
};
const [[PROBE]] = probesDocument({ depth: 2 }).runs;

it.each<[string, unknown, (text: string, value: unknown) => unknown]>([
  ["measured profile", PROFILE, (text) => pathLengths(parseMeasuredProfile(text, { source: "a.json" })).mean],
  ["stack", STACK, (_text, value) => parseModel(value as StackDescription).depth],
  ["line of probe.jsonl", PROBE, (text) => parseProbeLines(`${text}\n`, "probe.jsonl")],
])("a %s that is altered in one place is used, or refused in one short line", (_what, document, use) => {
  expect(() => use(JSON.stringify(document), document)).not.toThrow();
  let refused = 0;
  for (const { name, text, value } of alteredDocuments(document, { seed: 5 })) {
    try {
      use(text, value);
    } catch (error) {
      refused++;
      expect(error, name).toBeInstanceOf(RespathError);
      expect((error as Error).message, name).toMatch(/^[^\n]{1,400}$/);
    }
  }
  expect(refused).toBeGreaterThan(50);
});
