import { setTimeout as sleep } from "node:timers/promises";
import type { RedisOptions } from "bullmq";
import type { Redis } from "ioredis";
import { QueueError } from "./queue.js";

export interface RedisServerOptions {
  /** redis:// or rediss://, with user, password and the number of the database. */
  readonly url: string;
  /** Told when the server cannot be reached, and when it can again, and what of its settings is a danger. */
  readonly log?: (line: string) => void;
}

/** Milliseconds within which a server must say that it is there. */
const PATIENCE = 15_000;
/** Milliseconds between two attempts at reaching a server that is away, at most. */
const AGAIN = 1000;

type Packages = Pick<typeof import("bullmq"), "Queue" | "Worker" | "WaitingError"> &
  Pick<typeof import("ioredis"), "Redis">;

/** The packages, of which a clone or an installation need not have any. */
export async function redisPackages(): Promise<Packages> {
  try {
    return { ...(await import("bullmq")), ...(await import("ioredis")) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new QueueError(
      "--queue needs bullmq and ioredis, which are not installed: npm install bullmq ioredis",
    );
  }
}

/**
 * Connects to a Redis server. Once it was reached, whatever is asked waits as long as it is away.
 *
 * @throws QueueError where it cannot be reached, lets us not in, or is none that a queue can be in; packages that are not installed.
 */
export async function connectRedis({ url, log = () => {} }: RedisServerOptions): Promise<Redis> {
  const { Redis } = await redisPackages();
  const name = shownUrl(url);
  let isReached = false;
  let isAway = false;
  let reason: unknown;
  const options: RedisOptions = {
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: (times) => (isReached ? Math.min(AGAIN, 50 * times) : null),
    // BullMQ prints what it thinks of the server on the console; requireUsable says it instead.
    skipVersionCheck: true,
  };
  const redis = new Redis(url, options);
  refusePlainly(redis);
  redis.on("error", (error) => {
    reason ??= error;
    if (isReached && !isAway) log(`${name} cannot be reached: waiting for it`);
    isAway = isReached;
  });
  redis.on("ready", () => {
    if (isAway) log(`${name} is there again`);
    isAway = false;
  });
  const patience = new AbortController();
  try {
    const silence = sleep(PATIENCE, undefined, patience).then(() => {
      throw new Error(`what is there says nothing for ${PATIENCE / 1000} s`);
    });
    await Promise.race([opened(redis), silence]);
    // As of a database that is not there, which ioredis passes over: it would take database 0.
    if (reason) throw reason;
    for (const warning of warningsOf(await redis.info())) log(`${name} ${warning}`);
  } catch (error) {
    redis.disconnect();
    throw new QueueError(`cannot use the queue ${name}: ${sentence(reason ?? error)}`);
  } finally {
    patience.abort();
  }
  isReached = true;
  return redis;
}

async function opened(redis: Redis): Promise<void> {
  await redis.connect();
  await redis.ping();
}

/**
 * Of a password that a server does not ask for, and of a user that may not do INFO, ioredis prints on the console and goes on: here they are
 * errors as any other.
 */
function refusePlainly(redis: Redis): void {
  type Told = (error: Error | null | undefined, result?: unknown) => void;
  type Ask = (...given: unknown[]) => Promise<string>;
  for (const name of ["auth", "info"] as const) {
    const ask = (redis[name] as Ask).bind(redis);
    const askPlainly: Ask = (...given) => {
      const told = given.at(-1);
      if (typeof told !== "function") return ask(...given);
      const tellPlainly: Told = (error, result) =>
        (told as Told)(error && new Error(sentence(error)), result);
      return ask(...given.slice(0, -1), tellPlainly);
    };
    Object.assign(redis, { [name]: askPlainly });
  }
}

/** A URL without what must not be shown. */
function shownUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/**
 * What of a server is a danger, by its INFO.
 *
 * @throws Error where no queue can be in it.
 */
function warningsOf(info: string): readonly string[] {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, "m").exec(info)?.[1];
  const version = field("redis_version") ?? "0";
  const [major, minor = 0] = version.split(".").map(Number);
  if (major! < 5) throw new Error(`its Redis is ${version}, and 5 is the oldest that has what a queue needs`);
  if (field("redis_mode") === "cluster") throw new Error("it is a Redis Cluster: take a Redis of its own");
  if (field("role") === "slave") throw new Error("it is a read-only copy: take the Redis that it copies");
  const policy = field("maxmemory_policy") ?? "noeviction";
  return [
    ...(major! * 100 + minor < 602 ? [`is Redis ${version}: 6.2 or later is recommended for queues`] : []),
    ...(policy === "noeviction"
      ? []
      : [`may throw jobs away when its memory is full (maxmemory-policy is ${policy}): set noeviction`]),
  ];
}

/** What servers, Node and OpenSSL say, and what is to be done. */
const SENTENCES: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [/ECONNREFUSED/, "nothing answers there"],
  [/NOAUTH/, "it asks for a password: redis://:password@host or redis://user:password@host"],
  [/WRONGPASS|invalid password/, "it does not know this user and password"],
  [
    /no password is set|without any password configured/,
    "the URL has a password, and the server asks for none",
  ],
  [/wrong number of arguments for 'auth'/, "it knows no users, as Redis before 6: leave the URL's user out"],
  [/NOPERM/, "its user may not do what a queue needs, which docs/clusters.md lists"],
  [/DB index|out of range/, "it has no database of this number"],
  [
    /SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/,
    "its certificate is of an authority that is not known here: give that one's file in NODE_EXTRA_CA_CERTS",
  ],
  [/ALTNAME_INVALID/, "its certificate is another host's"],
  [/CERT_HAS_EXPIRED/, "its certificate has expired"],
  [/WRONG_VERSION_NUMBER|packet length too long/, "it does not speak TLS: redis:// instead of rediss://"],
  [/Protocol error/, "what answers there is no Redis"],
  [/ETIMEDOUT/, "nothing has answered in time, or it does not speak TLS where rediss:// asks for it"],
  [
    /Connection is closed|ECONNRESET|socket hang up/,
    "it ends the connection, as one does that wants TLS: rediss:// instead of redis://",
  ],
];

function sentence(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const said = `${code ?? ""} ${message}`;
  const known = SENTENCES.find(([pattern]) => pattern.test(said));
  return known?.[1] ?? (message || code || String(error)).split("\n")[0]!;
}
