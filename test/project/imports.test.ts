import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/** Who may import whom (CONTRIBUTING.md). A room always may import from itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  network: [],
  analytic: ["network"],
  random: [],
  system: ["network"],
  tensor: ["network", "system"],
  compare: ["network", "analytic"],
  montecarlo: ["network", "analytic", "random", "tensor", "system", "compare", "sweep"],
  data: ["network", "random", "system"],
  train: ["network", "analytic", "random", "tensor", "data", "system", "compare"],
  sweep: ["network", "system"],
  plot: ["network", "system"],
  notebook: ["network", "analytic", "plot"],
  reproduce: [
    "network",
    "analytic",
    "random",
    "tensor",
    "montecarlo",
    "data",
    "train",
    "sweep",
    "compare",
    "plot",
    "system",
  ],
  cli: [
    "network",
    "analytic",
    "random",
    "tensor",
    "montecarlo",
    "data",
    "train",
    "sweep",
    "compare",
    "plot",
    "reproduce",
    "system",
  ],
  "index.ts": [
    "network",
    "analytic",
    "random",
    "tensor",
    "montecarlo",
    "data",
    "train",
    "compare",
    "plot",
    "reproduce",
  ],
};

const root = join(import.meta.dirname, "../..");
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => `src/${name}`);

/** The specifiers a source imports from, statically, dynamically or as a type. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"([^"]+)"/g)].map((match) => match[1]);
}

const roomOf = (path: string) => path.split("/")[1];

/** The rooms that a circle must not come back to. */
const FREE_OF_CIRCLES = Object.keys(MAY_IMPORT).filter((room) => !["network", "analytic"].includes(room));

function circlesIn(files: readonly string[]): string[][] {
  const importedBy = (file: string) =>
    importsOf(file)
      .map((specifier) => join(dirname(file), specifier.replace(/\.js$/, ".ts")).replaceAll("\\", "/"))
      .filter((target) => files.includes(target));
  return circlesAmong(files, importedBy);
}

/** Depth first: every way back to a name that the search is still below. */
function circlesAmong(names: readonly string[], next: (name: string) => string[]): string[][] {
  const [circles, done]: [string[][], Set<string>] = [[], new Set()];
  const visit = (name: string, way: readonly string[]) => {
    if (way.includes(name)) circles.push([...way.slice(way.indexOf(name)), name]);
    else if (!done.has(name)) {
      for (const target of next(name)) visit(target, [...way, name]);
      done.add(name);
    }
  };
  for (const name of names) visit(name, []);
  return circles;
}

describe("imports run downwards only", () => {
  it.each(sources)("%s", (file) => {
    const room = roomOf(file);
    expect(MAY_IMPORT, `the room ${room} is not in the table`).toHaveProperty([room]);
    for (const specifier of importsOf(file).filter((name) => name.startsWith("."))) {
      const target = roomOf(relative(root, join(root, dirname(file), specifier)));
      if (target === room || target === "..") continue;
      expect(MAY_IMPORT[room], `${file} imports ${specifier}`).toContain(target);
    }
  });

  it("finds the sources and their imports", () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(importsOf("src/cli/commands/paths.ts")).toContain("../../analytic/predict.js");
  });
});

describe("no file imports itself by way of others, not even for a type", () => {
  it.each(FREE_OF_CIRCLES)("in src/%s", (room) => {
    expect(circlesIn(sources.filter((file) => roomOf(file) === room))).toEqual([]);
  });

  it("finds a circle", () => {
    const next: Record<string, string[]> = { a: ["b"], b: ["c", "d"], c: [], d: ["e"], e: ["b"] };
    expect(circlesAmong(Object.keys(next), (name) => next[name])).toEqual([["b", "d", "e", "b"]]);
  });
});

describe("src/analytic and src/network load in a browser", () => {
  const browserSafe = sources.filter((file) => /^src\/(analytic|network)\//.test(file));
  it.each(browserSafe)("%s has no Node built-in and no tfjs", (file) => {
    for (const specifier of importsOf(file)) expect(specifier).not.toMatch(/^(node:|@tensorflow)/);
  });
});
