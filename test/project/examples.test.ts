import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as library from "../../src/index.js";
import * as notebook from "../../src/notebook/index.js";
import { respath } from "../cli/run.js";

const root = join(import.meta.dirname, "../..");
const api = { ...library, ...notebook };

/** The ```ts blocks of the docstrings in src/, each with the file it stands in; those that say they need data are left out. */
const examples = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort()
  .flatMap((name) => {
    const docstrings = readFileSync(join(root, "src", name), "utf8").match(/\/\*\*[\s\S]*?\*\//g) ?? [];
    const text = docstrings.map((docstring) => docstring.replace(/^\s*\* ?/gm, "")).join("\n");
    return [...text.matchAll(/```ts\n([\s\S]*?)```/g)]
      .map((match) => [`src/${name}`, match[1]] as const)
      .filter(([, code]) => !code.startsWith("// Needs "));
  });

/**
 * Runs an example. A line `expression; // value` is a check: the value is JavaScript, or a number cut off by an
 * ellipsis (0.9587…, perhaps with a remark), of which the printed digits must be right.
 */
async function run(code: string): Promise<number> {
  let checks = 0;
  const check = (actual: unknown, printed: string) => {
    checks++;
    const cut = /^(-?[\d.]+)…/.exec(printed);
    if (cut)
      return expect(String(actual).startsWith(cut[1]), `${String(actual)} begins with ${cut[1]}`).toBe(true);
    const expected: unknown = new Function(`return (${printed});`)();
    const plain = ArrayBuffer.isView(actual) ? Array.from(actual as Float64Array) : actual;
    if (typeof expected === "number" && !Number.isInteger(expected)) {
      // The last digits may differ between processors' elementary functions.
      return expect(Math.abs(Number(plain) / expected - 1)).toBeLessThan(1e-12);
    }
    return expect(plain).toEqual(expected);
  };
  const checked = code.replace(
    /^((?:const|let) (\w+) = )?([^\n]*[^\s;][^\n]*); \/\/ (\S.*)$/gm,
    (_line, declaration: string | undefined, name: string, expression: string, printed: string) =>
      declaration
        ? `${declaration}${expression}; __check(${name}, ${JSON.stringify(printed)});`
        : `__check(${expression}, ${JSON.stringify(printed)});`,
  );
  const { outputText } = ts.transpileModule(checked, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const body = outputText.replace(/^import .*$/gm, "");
  const names = Object.keys(api);
  await new Function("__check", ...names, `return (async () => { ${body} })();`)(
    check,
    ...Object.values(api),
  );
  return checks;
}

describe("every docstring example runs and gives what it says", () => {
  it.each(examples)("%s: %s", async (_file, code) => {
    expect(await run(code)).toBeGreaterThan(0);
  });

  it("there are examples, and a wrong one is noticed", async () => {
    expect(examples.length).toBeGreaterThan(5);
    await expect(run("1 + 1; // 3")).rejects.toThrow();
    await expect(run("Math.PI; // 3.15…")).rejects.toThrow();
  });
});

describe("the README's examples give what it shows", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");

  it("the program", async () => {
    const [, code, output] = /```ts\n([\s\S]*?)```\n\nprints\n\n```\n([\s\S]*?)```/.exec(readme)!;
    const printed: string[] = [];
    const { outputText } = ts.transpileModule(code.replace(/^import .*$/gm, ""), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    const console = { log: (...words: unknown[]) => printed.push(words.join(" ")) };
    new Function("console", ...Object.keys(api), outputText)(console, ...Object.values(api));
    expect(printed.join("\n")).toBe(output.trimEnd());
  });

  it("the command", async () => {
    const [, args, output] = /\$ npx respath (paths .*)\n([\s\S]*?)\n```/.exec(readme)!;
    expect((await respath(args.split(" "))).stdout.trimEnd()).toBe(output);
  });
});
