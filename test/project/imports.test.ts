import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOMS, type Room, withRooms } from "../../scripts/rooms.mjs";

const rooms: Readonly<Record<string, Room>> = {
  ...ROOMS,
  "index.ts": { what: "the public API", mayImport: Object.keys(ROOMS) },
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

/** The sources that a source imports from, by their paths. */
function targetsOf(file: string): string[] {
  return importsOf(file)
    .filter((name) => name.startsWith("."))
    .map((name) => join(dirname(file), name).replaceAll("\\", "/").replace(/\.js$/, ".ts"));
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
    const [, name, inner] = file.split("/");
    expect(rooms, `the room ${name} is not in scripts/rooms.mjs`).toHaveProperty([name]);
    const { mayImport, rooms: within } = rooms[name];
    for (const target of targetsOf(file)) {
      const [side, other, part] = target.split("/");
      if (side !== "src") continue;
      if (other !== name) expect(mayImport, `${file} imports ${target}`).toContain(other);
      else if (within && inner !== part && Object.hasOwn(within, inner)) {
        expect(within[inner].mayImport, `${file} imports ${target}`).toContain(part);
      }
    }
  });

  it("finds the sources and their imports", () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(targetsOf("src/cli/commands/paths.ts")).toContain("src/analytic/predict.ts");
  });

  it("has every folder of a room with rooms in the table", () => {
    for (const [name, { rooms: within }] of Object.entries(rooms)) {
      const folders = sources.flatMap((file) => {
        const [, room, inner, more] = file.split("/");
        return room === name && more !== undefined ? [inner] : [];
      });
      if (within) expect([...new Set(folders)].sort()).toEqual(Object.keys(within).sort());
    }
  });

  it("CONTRIBUTING.md has the table", () => {
    const text = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
    expect(withRooms(text), "run `node scripts/rooms.mjs`").toBe(text);
  });
});

describe("no file imports itself by way of others, not even for a type", () => {
  it("in src", () => {
    expect(circlesAmong(sources, (file) => targetsOf(file).filter((name) => sources.includes(name)))).toEqual(
      [],
    );
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
