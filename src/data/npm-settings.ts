import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The options of pacote that come from npm's settings. */
export interface NpmSettings {
  readonly registry?: string;
  readonly proxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  readonly strictSSL?: boolean;
  /** Certificates in PEM form, from `cafile`. */
  readonly ca?: string;
}

export interface NpmSettingsSources {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  /** npm's own rule for the global prefix: the folder above the one Node is in. */
  readonly prefix?: string;
}

/**
 * Reads how the user's npm reaches its registry, since pacote by itself knows the public registry and the proxy
 * variables only. In falling order: the environment (`npm_config_*`, which `npm run` and `npx` set to the effective
 * configuration), the user's npmrc, the global npmrc. Credentials are deliberately not read: a registry that asks for
 * a login is refused by its answer, and the data can be brought with `--from`.
 */
export async function readNpmSettings(sources: NpmSettingsSources = {}): Promise<NpmSettings> {
  const { env = process.env, home = homedir(), prefix = dirname(dirname(process.execPath)) } = sources;
  const fromEnvironment = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    const key = /^npm_config_(.+)$/i.exec(name)?.[1];
    if (key && value) fromEnvironment.set(key.toLowerCase().replaceAll("_", "-"), value);
  }
  const levels = [
    fromEnvironment,
    await readNpmrc(fromEnvironment.get("userconfig") ?? join(home, ".npmrc"), env),
    await readNpmrc(fromEnvironment.get("globalconfig") ?? join(prefix, "etc", "npmrc"), env),
  ];
  const setting = (key: string) => {
    const value = levels.find((level) => level.has(key))?.get(key);
    return value === "null" || value === "" ? undefined : value;
  };

  const cafile = setting("cafile");
  const strictSSL = setting("strict-ssl");
  return dropUndefined({
    registry: setting("registry"),
    proxy: setting("proxy"),
    httpsProxy: setting("https-proxy"),
    noProxy: setting("noproxy"),
    strictSSL: strictSSL === undefined ? undefined : strictSSL !== "false",
    // npm, too, goes on without a cafile that is not there.
    ca: cafile === undefined ? undefined : await readFile(cafile, "utf8").catch(() => undefined),
  });
}

/** `key = value` lines; comments start with # or ;, and ${NAME} stands for an environment variable. */
async function readNpmrc(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Map<string, string>> {
  const settings = new Map<string, string>();
  const text = await readFile(path, "utf8").catch(() => "");
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*([a-z-]+)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const value = match[2]!
      .replace(/^(["'])(.*)\1$/, "$2")
      .replace(/\$\{([^}]+)\}/g, (whole, name) => env[name] ?? whole);
    settings.set(match[1]!, value);
  }
  return settings;
}

function dropUndefined(settings: { [Key in keyof NpmSettings]: NpmSettings[Key] | undefined }): NpmSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
