import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

/** The sources below a folder, and which of them each imports from, types included. */
function importsBelow(folder: string): Map<string, string[]> {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".ts")).map((name) => join(folder, name));
  return new Map(
    files.map((file) => {
      const text = readFileSync(join(root, file), "utf8");
      const specifiers = [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"(\.[^"]+)\.js"/g)];
      const targets = specifiers.map(([, path]) => relative(root, join(root, dirname(file), `${path}.ts`)));
      return [file, targets.filter((target) => files.includes(target))];
    }),
  );
}

/** One circle for every import that closes one, as the files on the way round. */
function circlesIn(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
    if (done.has(file)) return;
    done.add(file);
    for (const target of imports.get(file) ?? []) visit(target, [...way, file]);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

describe("imports do not run in circles, types included", () => {
  it("src/analytic", () => {
    const imports = importsBelow("src/analytic");
    expect([...imports.values()].flat().length).toBeGreaterThan(imports.size / 2);
    expect(circlesIn(imports)).toEqual([]);
  });

  it("finds a circle", () => {
    const imports = new Map([
      ["a", ["b"]],
      ["b", ["c", "d"]],
      ["c", []],
      ["d", ["b"]],
    ]);
    expect(circlesIn(imports)).toEqual(["b → d → b"]);
  });
});
