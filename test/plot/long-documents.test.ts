import { expect, it } from "vitest";
import { predictPathLengths, predictVarianceProfile, resolveScheme } from "../../src/analytic/index.js";
import { parseMeasuredProfile } from "../../src/network/index.js";
import { tableOf } from "../../src/notebook/table-of.js";
import { parseResultDocument, plotOf } from "../../src/plot/index.js";
import { runDocument } from "./documents.js";

async function use(value: unknown): Promise<void> {
  const document = await parseResultDocument(JSON.stringify(value), "a.json");
  JSON.stringify(plotOf(document));
  tableOf(document);
}

it("documents of 200,000 entries are used", async () => {
  const many = 200_000;
  await use({ ...runDocument(), steps: many, lossCurve: Array(many).fill(2) });
  const law = predictPathLengths({ scheme: resolveScheme("batchnorm"), depth: 4, within: [1, 2] });
  await use({ ...law, depth: many, pmf: Array(many).fill(1 / many) });
  const profile = predictVarianceProfile({ scheme: resolveScheme("batchnorm"), depth: many });
  await use(profile);
  expect(parseMeasuredProfile(JSON.stringify(profile), { source: "a" }).skip).toHaveLength(many);
  const blocks = Array.from({ length: many }, (_, index) => ({ block: index + 1, skip: 1, branch: 1 }));
  expect(parseMeasuredProfile(JSON.stringify({ blocks }), { source: "a" }).skip).toHaveLength(many);
});
