import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readNpmSettings } from "../../src/data/npm-settings.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const root = temporaryFolder("npm");
let home: string;
let prefix: string;
beforeAll(async () => {
  home = join(root, "home");
  prefix = join(root, "prefix");
  await mkdir(home);
  await mkdir(join(prefix, "etc"), { recursive: true });
  await writeFile(join(root, "ca.pem"), "CERTIFICATES");
  await writeFile(
    join(home, ".npmrc"),
    `; mine\nregistry = https://user.example/\n# no\nproxy="http://proxy.example:\${PORT}"\n//user.example/:_authToken=secret\n`,
  );
  await writeFile(
    join(prefix, "etc", "npmrc"),
    `registry=https://global.example/\ncafile=${join(root, "ca.pem")}\nstrict-ssl=false\n`,
  );
});

describe("readNpmSettings", () => {
  it("takes the user's npmrc before the global one, and no credentials", async () => {
    expect(await readNpmSettings({ env: { PORT: "8080" }, home, prefix })).toEqual({
      registry: "https://user.example/",
      proxy: "http://proxy.example:8080",
      strictSSL: false,
      ca: "CERTIFICATES",
    });
  });

  it("takes the environment first, in either case", async () => {
    const env = {
      npm_config_registry: "https://env.example/",
      NPM_CONFIG_STRICT_SSL: "true",
      npm_config_noproxy: "a,b",
    };
    expect(await readNpmSettings({ env, home, prefix })).toMatchObject({
      registry: "https://env.example/",
      strictSSL: true,
      noProxy: "a,b",
    });
  });

  it("leaves pacote's defaults where nothing is set, or the cafile is not there", async () => {
    const env = { npm_config_cafile: join(root, "absent.pem") };
    expect(await readNpmSettings({ env, home: join(root, "nobody"), prefix: join(root, "none") })).toEqual(
      {},
    );
  });
});
