import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const has = (name: string) => existsSync(join(root, "node_modules", name));
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** What a script's function gives, in a process of its own: the compiler takes a gigabyte. */
function made(script: string): unknown {
  const options = { cwd: root, encoding: "utf8", maxBuffer: 2 ** 26 } as const;
  return JSON.parse(execFileSync(process.execPath, ["--input-type=module", "-e", script], options));
}

describe("what is made from the types of documents", () => {
  it.skipIf(!has("ts-json-schema-generator"))(
    "docs/schemas is up to date (node scripts/document-schemas.mjs)",
    () => {
      const schemas = made(
        "import { documentSchemas } from './scripts/document-schemas.mjs'; console.log(JSON.stringify(documentSchemas()))",
      ) as Record<string, string>;
      for (const [path, text] of Object.entries(schemas)) expect(read(path) === text, path).toBe(true);
      expect(readdirSync(join(root, "docs/schemas")).map((name) => `docs/schemas/${name}`)).toEqual(
        Object.keys(schemas).sort(),
      );
    },
  );

  it.skipIf(!has("ajv"))("the compiled checks are up to date (npm run build)", () => {
    const folder = "src/network/checks/compiled";
    const names = readdirSync(join(root, folder)).filter((name) => name.endsWith(".js"));
    expect(names).toHaveLength(8);
    const checks = made(
      `import { compiledCheck } from './scripts/build-checks.mjs';
      const names = ${JSON.stringify(names)}.map((name) => name.slice(0, -3));
      console.log(JSON.stringify(names.map((name) => compiledCheck(name).js)))`,
    ) as string[];
    for (const [index, name] of names.entries()) {
      expect(read(`${folder}/${name}`) === checks[index], name).toBe(true);
    }
  });
});
