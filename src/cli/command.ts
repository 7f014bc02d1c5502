import type { CommandModule } from "yargs";

/** A yargs command, whatever its options. */
export interface Command {
  readonly command?: string | readonly string[];
  /** What messages call it where its name is not all: `sweep plan`. */
  readonly title?: string;
  readonly describe?: string | false;
  readonly builder?: unknown;
  readonly handler: (argv: never) => void | Promise<void>;
}

/** An action of a command, such as `sweep plan`. */
export type ActionModule<Arguments> = CommandModule<object, Arguments> & Required<Pick<Command, "title">>;
