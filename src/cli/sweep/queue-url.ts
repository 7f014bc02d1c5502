import { InvalidArgumentError, RespathError } from "../../network/errors.js";
import { option } from "../options.js";

/** A queue's URL, which a message does not repeat: it may have a password. */
export function readQueueUrl(argument: string, given: string): string {
  if (isQueueUrl(given)) return given;
  throw new InvalidArgumentError(
    argument,
    undefined,
    "the URL of a Redis server, such as redis://host:6379, rediss://user:password@host for TLS, or redis://host/1 for its database 1; of a password, %, /, ?, # and @ are written %25, %2F, %3F, %23 and %40",
  );
}

/** A host, and at most a user, a password and the number of a database. */
function isQueueUrl(given: string): boolean {
  if (!/^rediss?:\/\/[^?#]+$/.test(given) || !URL.canParse(given)) return false;
  const { hostname, pathname, username, password } = new URL(given);
  const isDatabase = /^(\/\d{0,9})?$/.test(pathname);
  return hostname !== "" && isDatabase && [username, password].every((text) => decoded(text) !== undefined);
}

/** Undefined for a % that stands for no character. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

export const QUEUE_OPTION = option("queue", readQueueUrl, {
  demandOption: true,
  describe: "the queue: redis://host, or rediss://user:password@host:port/database",
});

/** What goes on as soon as there is a sweep. */
export class NoSweepError extends RespathError {
  override readonly exitCode = 2;
  override name = "NoSweepError";

  constructor() {
    super(
      "there is no sweep in the queue: it has ended, was cancelled, or sweep run --queue has not begun it",
    );
  }
}
