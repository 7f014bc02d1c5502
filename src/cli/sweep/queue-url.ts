import { InvalidArgumentError, RespathError } from "../../network/errors.js";
import { option } from "../options.js";

/** A queue's URL, which a message does not repeat: it may have a password. */
export function readQueueUrl(argument: string, given: string): string {
  if (URL.canParse(given) && /^rediss?:\/\/[^/]/.test(given)) return given;
  throw new InvalidArgumentError(
    argument,
    undefined,
    "the URL of a Redis server, such as redis://host:6379, rediss://user:password@host for TLS, or redis://host/1 for its database 1",
  );
}

export const QUEUE_OPTION = option("queue", readQueueUrl, {
  demandOption: true,
  describe: "the queue: redis://host, or rediss://user:password@host:port/database",
});

/** What goes on as soon as there is a sweep. */
export class NoSweepError extends RespathError {
  override name = "NoSweepError";

  constructor() {
    super(
      "there is no sweep in the queue: it has ended, was cancelled, or sweep run --queue has not begun it",
    );
  }
}
