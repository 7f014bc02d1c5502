import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = join(import.meta.dirname, "../..");
const folder = temporaryFolder("package");

const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

beforeAll(() => {
  execFileSync("npm", ["pack", "--pack-destination", folder], { cwd: root, stdio: "ignore" });
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  expect(statSync(join(folder, tarball)).size).toBeLessThan(2_000_000);
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "user", private: true, type: "module" }),
  );
  run("npm", "install", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`);
});

describe("the packed package, installed in an empty folder", () => {
  it("runs as npx respath", () => {
    const line = "paths --scheme batchnorm --depth 10000 --within 15 --convention paper --json";
    const document = JSON.parse(run("npx", "respath", ...line.split(" ")));
    expect(document.within["15"]).toBeCloseTo(0.9701986941264328, 12);
  });

  it("draws pictures with the fonts it brings, and samples", () => {
    const args =
      "sample --scheme batchnorm --activation relu --depth 3 --width 16 --batch 8 --trials 3 --json --plot s.png";
    const document = JSON.parse(run("npx", "respath", ...args.split(" ")));
    expect(document).toMatchObject({ kind: "sample", trials: 3 });
    expect(existsSync(join(folder, "s.png"))).toBe(true);
  });

  it("is importable, whole and the closed forms alone", () => {
    writeFileSync(
      join(folder, "use.js"),
      `import { predictPathLengths, resolveScheme, sampleNetworks } from "respath";
       import { zeroPaddingFactor } from "respath/analytic";
       console.log(JSON.stringify([
         predictPathLengths({ scheme: resolveScheme("sqrt2"), depth: 10 }).mean,
         zeroPaddingFactor({ size: 1, kernel: 1 }),
         typeof sampleNetworks,
       ]));`,
    );
    expect(JSON.parse(run("node", "use.js"))).toEqual([5, 1, "function"]);
  });
});
