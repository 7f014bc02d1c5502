import { describe, expect, it } from "vitest";
import { exampleDocuments } from "../plot/documents.js";
import { type AlterationOptions, alteredDocuments } from "./altered-documents.js";

const small = { kind: "small", steps: 3, curve: [2.5, null], blocks: [{ skip: 1 }, { skip: 2 }] };

function altered(document: unknown, options?: AlterationOptions) {
  return [...alteredDocuments(document, options)];
}

describe("altered documents", () => {
  it("are altered at every path, each in one place", () => {
    const before = structuredClone(small);
    const all = altered(small);
    const named = Object.fromEntries(all.map(({ name, value }) => [name, value]));
    expect(Object.keys(named)).toHaveLength(all.length);
    expect(new Set(Object.keys(named).map((name) => name.replace(/: .*/, "")))).toEqual(
      new Set([
        ...["the whole", "kind", "steps", "curve", "curve[0]", "curve[1]"],
        ...["blocks", "blocks[0]", "blocks[0].skip", "blocks[1]", "blocks[1].skip"],
      ]),
    );
    const { steps: _, ...rest } = small;
    expect(named["steps: removed"]).toEqual(rest);
    expect(named["steps: 1e+308"]).toEqual({ ...small, steps: 1e308 });
    expect(named["steps: the same as a text"]).toEqual({ ...small, steps: "3" });
    expect(named["kind: null"]).toEqual({ ...small, kind: null });
    expect(named["curve: shortened by one"]).toEqual({ ...small, curve: [2.5] });
    expect(named["curve: one entry more"]).toEqual({ ...small, curve: [2.5, null, null] });
    expect(named["curve: an object of its entries"]).toEqual({ ...small, curve: { 0: 2.5, 1: null } });
    expect(named["blocks[1]: a list of its fields"]).toEqual({ ...small, blocks: [{ skip: 1 }, [2]] });
    expect(named["blocks[1].skip: removed"]).toEqual({ ...small, blocks: [{ skip: 1 }, {}] });
    expect(named).not.toHaveProperty(["blocks[1]: removed"]);
    expect(small).toEqual(before);
  });

  it("are JSON, which reads back as the value and differs from the original", () => {
    for (const { text, value, name } of altered(small)) {
      expect(JSON.parse(text), name).toEqual(value);
      expect(JSON.parse(text), name).not.toEqual(small);
    }
    const infinite = altered(small).find(({ name }) => name === "steps: Infinity");
    expect(infinite?.text).toContain('"steps":1e999');
  });

  it("are a sample where there are many, the same for the same seed", () => {
    const names = (seed: number) => altered(small, { seed, most: 40 }).map(({ name }) => name);
    expect(names(0)).toHaveLength(40);
    expect(new Set(names(0)).size).toBe(40);
    expect(names(0)).toEqual(names(0));
    expect(names(1)).not.toEqual(names(0));
    const long = { curve: Array.from({ length: 1000 }, (_, index) => index) };
    const entries = new Set(altered(long, { entries: 4 }).map(({ name }) => /\[(\d+)\]/.exec(name)?.[1]));
    expect(entries.size).toBe(1 + 4);
    expect(entries).toContain("0");
    expect(entries).toContain("999");
  });

  it("are made of every kind of document", () => {
    for (const [name, document] of Object.entries(exampleDocuments())) {
      const values = altered(document, { most: 20 }).map(({ text }) => JSON.parse(text));
      expect(values, name).toHaveLength(20);
    }
  });
});
