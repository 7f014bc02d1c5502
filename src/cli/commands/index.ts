/** A yargs command, whatever its options. */
export interface Command {
  readonly command?: string | readonly string[];
  readonly describe?: string | false;
  readonly builder?: unknown;
  readonly handler: (argv: never) => void | Promise<void>;
}

/** The commands in the order of `--help`. Each is loaded when it is needed: a start loads one of them, not all. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  validate: async () => (await import("./validate.js")).validateCommand,
  paths: async () => (await import("./paths.js")).pathsCommand,
  variance: async () => (await import("./variance.js")).varianceCommand,
  schemes: async () => (await import("./schemes.js")).schemesCommand,
  compare: async () => (await import("./compare.js")).compareCommand,
  design: async () => (await import("./design.js")).designCommand,
  sample: async () => (await import("./sample.js")).sampleCommand,
  train: async () => (await import("./train.js")).trainCommand,
  data: async () => (await import("./data.js")).dataCommand,
  plot: async () => (await import("./plot.js")).plotCommand,
};
