import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const script = join(import.meta.dirname, "../../scripts/choose-node.mjs");
const folder = temporaryFolder("choose-node");

/** A clone with the dev dependency's Node, or without, whose npm is run by a Node of a version. */
function chosen({ name, version, inModules = false, isThere = true }: Clone) {
  const clone = join(folder, name);
  const [copy, link] = [join(clone, "scripts/choose-node.mjs"), join(clone, "node_modules/.bin/node")];
  const own = join(clone, inModules ? "node_modules/node/bin/node" : "machine/node");
  for (const path of [copy, link, own]) mkdirSync(dirname(path), { recursive: true });
  copyFileSync(script, copy);
  if (isThere) writeFileSync(link, "");
  writeFileSync(own, `#!/bin/sh\necho ${version}\n`);
  chmodSync(own, 0o755);
  const env = { ...process.env, npm_node_execpath: own };
  const { status, stderr } = spawnSync(process.execPath, [copy], { env, encoding: "utf8" });
  return { status, stderr, isThere: existsSync(link) };
}

interface Clone {
  readonly name: string;
  readonly version: string;
  readonly inModules?: boolean;
  readonly isThere?: boolean;
}

describe.skipIf(process.platform === "win32")("the Node of a clone", () => {
  it("is the machine's where that is as new", () => {
    expect(chosen({ name: "new", version: "v26.10.0" })).toEqual({ status: 0, stderr: "", isThere: false });
    expect(chosen({ name: "same", version: "v24.0.0" })).toMatchObject({ isThere: false });
  });

  it("is the dev dependency's where the machine's is older, and a line says where it is missing", () => {
    expect(chosen({ name: "old", version: "v20.19.6" })).toEqual({ status: 0, stderr: "", isThere: true });
    const missing = chosen({ name: "missing", version: "v22.1.0", isThere: false });
    expect(missing.stderr).toMatch(
      /^respath: .* Node v22\.1\.0 trains 0\.6 times as fast; npm rebuild node .*\n$/,
    );
    expect(missing.status).toBe(0);
  });

  it("stays where one of npm's scripts calls npm, which the dev dependency's then runs", () => {
    const nested = chosen({ name: "nested", version: "v24.21.0", inModules: true });
    expect(nested).toEqual({ status: 0, stderr: "", isThere: true });
  });
});
