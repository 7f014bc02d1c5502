import type { SweepSettings, SweepValue, SweptCommand } from "../../network/documents/sweep.js";
import { InvalidArgumentError, RespathError, UsageError } from "../../network/errors.js";
import type { Vocabulary } from "../../sweep/plan/vocabulary.js";
import type { Command } from "../command.js";
import { messageOf } from "../flags.js";
import { lineOf } from "../line-of.js";
import { argumentsOf, type Definitions, declarationsOf } from "../parse-plainly.js";
import type { Swept } from "./swept.js";
import { WITHHELD } from "./withheld.js";

const COMMANDS: Readonly<Record<SweptCommand, () => Promise<Command>>> = {
  train: async () => (await import("../commands/train.js")).trainCommand,
  sample: async () => (await import("../commands/sample.js")).sampleCommand,
};

const SWEPT: Readonly<Record<SweptCommand, () => Promise<Swept>>> = {
  train: async () => (await import("./swept-train.js")).sweptTrain,
  sample: async () => (await import("./swept-sample.js")).sweptSample,
};

/** The options of a command as its own table declares them, but for those that the sweep decides. */
export async function vocabularyOf(command: SweptCommand): Promise<Vocabulary> {
  const loaded = await COMMANDS[command]();
  const { definitions } = declarationsOf(loaded);
  const withheld = WITHHELD[command];
  const argv = (settings: SweepSettings) => {
    requireDemanded(command, definitions, settings);
    return argumentsOf(textsOf(settings, definitions), definitions);
  };
  /** With options in place of the API's arguments, as the command itself has them. */
  const inItsWords = async <Result>(settings: SweepSettings, work: () => Promise<Result>) => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RespathError)) throw error;
      const given = Object.keys(settings).map((name) => `--${name}`);
      throw new UsageError(messageOf(error, lineOf([command, ...given], loaded)));
    }
  };
  return {
    command,
    options: Object.keys(definitions).filter((name) => !Object.hasOwn(withheld, name)),
    withheld,
    parse: (option, value) => {
      const text = textOf(option, value, definitions);
      const { coerce } = definitions[option];
      return coerce ? (coerce(text) as unknown) : text;
    },
    check: (settings) => inItsWords(settings, async () => (await SWEPT[command]()).check(argv(settings))),
    cost: (settings) => inItsWords(settings, async () => (await SWEPT[command]()).cost(argv(settings))),
  };
}

function textsOf(settings: SweepSettings, definitions: Definitions): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, textOf(name, value, definitions)]),
  );
}

/** A value as it would stand on the command line; that of a switch is itself. */
function textOf(option: string, value: SweepValue, definitions: Definitions): string | boolean {
  const isSwitch = definitions[option].type === "boolean";
  if (isSwitch !== (typeof value === "boolean")) {
    throw new InvalidArgumentError(`--${option}`, value, isSwitch ? "true or false" : "a number or text");
  }
  return typeof value === "boolean" ? value : String(value);
}

function requireDemanded(command: string, definitions: Definitions, settings: SweepSettings): void {
  for (const [name, { demandOption }] of Object.entries(definitions)) {
    if (!demandOption || Object.hasOwn(settings, name)) continue;
    throw new UsageError(`\`${name}\` is missing in \`fixed\` and \`grid\`: respath ${command} needs it`);
  }
}
