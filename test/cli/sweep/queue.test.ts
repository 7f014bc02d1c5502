import type { Server } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Spoken, speakRedis } from "../../helpers/speaks-redis.js";
import { expectRefused, respath, root } from "../run.js";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server = undefined;
});

const SOUND = {
  redis_version: "7.0.15",
  redis_mode: "standalone",
  role: "master",
  maxmemory_policy: "noeviction",
};

/** The status of a queue in such a server. */
async function statusIn(
  { info = {}, replies }: Partial<Spoken>,
  { credentials = "", database = "" }: { credentials?: string; database?: string } = {},
) {
  const spoken = await speakRedis({ info: { ...SOUND, ...info }, replies });
  server = spoken.server;
  return respath(["sweep", "status", "--queue", `redis://${credentials}127.0.0.1:${spoken.port}${database}`]);
}

describe("a queue", () => {
  it("must have the URL of a Redis server, which is not repeated", async () => {
    const urls = [
      ...[
        "http://:secret@host",
        "secret",
        "redis://",
        "redis://:secret@host/jobs",
        "redis://:secret@host:99999",
      ],
      ...[
        "redis://:sec%zzret@host",
        "redis://:sec#ret@host",
        "redis://:sec/ret@host",
        "redis://host?password=secret",
      ],
    ];
    const all = await Promise.all(urls.map((url) => respath(["sweep", "status", "--queue", url])));
    for (const one of all) {
      expectRefused(one, /^respath: --queue must be the URL of a Redis server/);
      expect(one.stderr).not.toMatch(/secret|sec%zz|sec#|sec\//);
    }
  });

  it("is not shown where it is in a wrong place", async () => {
    const url = "redis://:secret@host";
    const lines = [
      ["worker", url],
      ["sweep", "status", url],
      ["worker", "--quee", url, "--out", "work"],
      ["worker", "--queue", url],
      ["sweep", "run", "no-plan.json", "--out", "none", "--queue", url],
    ];
    for (const one of await Promise.all(lines.map((line) => respath(line)))) {
      expect(one.code).toBe(2);
      expect(`${one.stdout}${one.stderr}`).not.toContain("secret");
    }
  });

  it("needs packages that need not be installed", async () => {
    const without = join(root, "test/helpers/without-queue-packages.mjs");
    const env = { NODE_OPTIONS: `--import=${without}` };
    const finished = await respath(["worker", "--queue", "redis://host", "--out", "work"], { env });
    expectRefused(finished, "--queue needs bullmq and ioredis, which are not installed: npm install");
  });

  it("has to be there", async () => {
    const { server: gone, port } = await speakRedis({ info: SOUND });
    await new Promise((resolve) => gone.close(resolve));
    const finished = await respath(["sweep", "cancel", "--queue", `redis://me:secret@127.0.0.1:${port}`]);
    expectRefused(finished, `cannot use the queue redis://127.0.0.1:${port}: nothing answers there`);
  });

  it("has no sweep before one begins", async () => {
    expectRefused(await statusIn({}), "there is no sweep in the queue");
  });

  it("is in a Redis of version 5 or later that is no cluster and no copy", async () => {
    expectRefused(
      await statusIn({ info: { redis_version: "4.0.9" } }),
      "its Redis is 4.0.9, and 5 is the oldest",
    );
    expectRefused(await statusIn({ info: { redis_mode: "cluster" } }), "it is a Redis Cluster");
    expectRefused(await statusIn({ info: { role: "slave" } }), "it is a read-only copy");
  });

  it("says in a line each what is a danger, and nothing else", async () => {
    const { stderr } = await statusIn({ info: { redis_version: "6.0.16", maxmemory_policy: "allkeys-lru" } });
    expect(stderr.trimEnd().split("\n")).toEqual([
      expect.stringMatching(/^redis:\S+ is Redis 6\.0\.16: 6\.2 or later is recommended/),
      expect.stringMatching(/^redis:\S+ may throw jobs away .*allkeys-lru\): set noeviction$/),
      expect.stringMatching(/^respath: there is no sweep in the queue/),
    ]);
  });

  it.each([
    [
      "-WRONGPASS invalid username-password pair or user is disabled.",
      "does not know this user and password",
    ],
    ["-ERR AUTH <password> called without any password configured for the default user.", "asks for none"],
    ["-ERR Client sent AUTH, but no password is set", "asks for none"],
    ["-ERR wrong number of arguments for 'auth' command", "knows no users"],
  ])("is refused in a line where the password is: %s", async (reply, said) => {
    const finished = await statusIn({ replies: { AUTH: reply } }, { credentials: "me:secret@" });
    expectRefused(finished, said);
    expect(finished.stderr).not.toContain("secret");
  });

  it("is refused where its user may do too little, it asks for a password, or the database is not there", async () => {
    expectRefused(
      await statusIn({ replies: { INFO: "-NOPERM no" } }),
      "its user may not do what a queue needs",
    );
    expectRefused(
      await statusIn({ replies: { INFO: "-NOAUTH Authentication required." } }),
      "asks for a password",
    );
    const none = await statusIn(
      { replies: { SELECT: "-ERR DB index is out of range" } },
      { database: "/99" },
    );
    expectRefused(none, "has no database of this number");
  });
});
