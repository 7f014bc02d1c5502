import type { Command } from "../command.js";

/**
 * The commands in the order of `--help`. Each is loaded when it is needed: a start loads one of them, not all. What follows it on the line
 * says which of its actions is meant, where it has several.
 */
export const COMMANDS: Readonly<Record<string, (args?: readonly string[]) => Promise<Command>>> = {
  validate: async () => (await import("./validate.js")).validateCommand,
  paths: async () => (await import("./paths.js")).pathsCommand,
  variance: async () => (await import("./variance.js")).varianceCommand,
  schemes: async () => (await import("./schemes.js")).schemesCommand,
  compare: async () => (await import("./compare.js")).compareCommand,
  design: async () => (await import("./design.js")).designCommand,
  sample: async () => (await import("./sample.js")).sampleCommand,
  train: async () => (await import("./train.js")).trainCommand,
  sweep: async (args = []) => (await import("./sweep.js")).sweepCommand(args),
  worker: async () => (await import("./worker.js")).workerCommand,
  data: async () => (await import("./data.js")).dataCommand,
  plot: async () => (await import("./plot.js")).plotCommand,
};
