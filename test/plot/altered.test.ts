import { describe, expect, it } from "vitest";
import { predictVarianceProfile, resolveScheme } from "../../src/analytic/index.js";
import { RespathError } from "../../src/network/errors.js";
import { parseMeasuredProfile } from "../../src/network/index.js";
import { PROFILE_KINDS } from "../../src/network/measured-profile/index.js";
import { tableOf } from "../../src/notebook/table-of.js";
import { parseResultDocument, plotOf } from "../../src/plot/index.js";
import { alteredDocuments } from "./altered-documents.js";
import { runDocument } from "./documents.js";
import { smallDocuments } from "./small-documents.js";

/** With RESPATH_LONG, as `npm run check:long` sets it, every alteration; else some of each document. */
const most = process.env.RESPATH_LONG ? undefined : 200;

/** What is done with a file that a user gives. */
async function use(text: string, kind: string): Promise<void> {
  const document = await parseResultDocument(text, "a.json");
  JSON.stringify(plotOf(document));
  tableOf(document);
  if ((PROFILE_KINDS as readonly string[]).includes(kind)) parseMeasuredProfile(text, { source: "a.json" });
}

const documents = await smallDocuments();

describe.each(Object.entries(documents).filter(([kind]) => kind !== "model-summary"))(
  "a %s document that is altered in one place",
  (kind, document) => {
    it("is used, or refused in one short line", async () => {
      await use(JSON.stringify(document), kind);
      let [count, refused] = [0, 0];
      const wrong: string[] = [];
      for (const { name, text } of alteredDocuments(document, { seed: 1, most })) {
        count++;
        try {
          await use(text, kind);
        } catch (error) {
          refused++;
          const isRight = error instanceof RespathError && /^[^\n]{1,400}$/.test(error.message);
          if (!isRight) wrong.push(`${name}: ${(error as Error).stack?.slice(0, 600)}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(refused).toBeGreaterThan(count / 3);
      expect(refused).toBeLessThan(count);
    });
  },
);

it("documents of 200,000 entries are used", async () => {
  const many = 200_000;
  const run = { ...runDocument(), steps: many, lossCurve: Array(many).fill(2) };
  await use(JSON.stringify(run), "run");
  const law = documents["path-lengths"];
  await use(JSON.stringify({ ...law, depth: many, pmf: Array(many).fill(1 / many) }), law.kind);
  const scheme = { scheme: resolveScheme("batchnorm"), depth: many };
  await use(JSON.stringify(predictVarianceProfile(scheme)), "variance-profile");
  const blocks = Array.from({ length: many }, (_, index) => ({ block: index + 1, skip: 1, branch: 1 }));
  expect(parseMeasuredProfile(JSON.stringify({ blocks }), { source: "a" }).skip).toHaveLength(many);
});
