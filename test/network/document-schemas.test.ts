import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** What a script's function gives, in a process of its own: the compiler takes a gigabyte. */
function made(script: string): unknown {
  const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 } as const;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", script], options));
}

/** The generator of schemas needs Node 22; CI runs all tests on Node 24. */
const needed = 22;
const isOld = Number.parseInt(process.versions.node, 10) < needed;

describe("what is made from the types of documents", () => {
  it("docs/schemas is up to date (node scripts/document-schemas.mjs)", ({ skip }) => {
    skip(isOld, `the generator of schemas needs Node ${needed}`);
    const schemas = made(
      "import { documentSchemas } from './scripts/document-schemas.mjs'; console.log(JSON.stringify(documentSchemas()))",
    ) as Record<string, string>;
    for (const [path, text] of Object.entries(schemas)) expect(read(path) === text, path).toBe(true);
    expect(readdirSync(join(root, "docs/schemas")).map((name) => `docs/schemas/${name}`)).toEqual(
      Object.keys(schemas).sort(),
    );
  });

  it("the compiled checks are up to date (npm run build)", () => {
    const checks = made(
      `import { compiledChecks } from './scripts/build-checks.mjs';
      const texts = Object.entries(compiledChecks()).map(([name, make]) => [name, make()]);
      console.log(JSON.stringify(Object.fromEntries(texts)))`,
    ) as Record<string, string>;
    const folder = "src/network/checks/compiled";
    expect(readdirSync(join(root, folder)).sort()).toEqual(Object.keys(checks).sort());
    for (const [name, text] of Object.entries(checks))
      expect(read(`${folder}/${name}`) === text, name).toBe(true);
  });
});
