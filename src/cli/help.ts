import type { Argv } from "yargs";
import type { Command } from "./command.js";
import { declarationsOf } from "./parse-plainly.js";

/** Whether a line asks for help or the version, by one of these options; behind `--` nothing is asked. */
export function asksFor(args: readonly string[], ...options: readonly string[]): boolean {
  const end = args.indexOf("--");
  return args.slice(0, end < 0 ? undefined : end).some((arg) => options.includes(arg));
}

/** A command whose examples are left to {@link helpText}: yargs would break them at the width of a column. */
export function withoutExamples(command: Command): Command {
  const { builder } = command;
  if (typeof builder !== "function") return command;
  return {
    ...command,
    builder: (yargs: Argv) => {
      yargs.example = () => yargs;
      return builder(yargs) as unknown;
    },
  };
}

/**
 * The help of yargs as it is shown: without the type of what is read as text, numbers without quotes, and with each example on
 * a line of its own that can be copied.
 */
export function helpText(text: string, command: Command | undefined): string {
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const [, words, tags] = /^(.*?)((?: *\[(?:string|boolean|required|default:[^\]]*)\])+)$/.exec(line) ?? [];
    if (tags === undefined) {
      lines.push(line);
      continue;
    }
    const shown = shownTags(tags);
    if (shown === "" && words.trim() === "") continue;
    // Tags on a line of their own may now go behind the words.
    const isAlone = words.trim() === "" && (lines.at(-1) ?? "").length + shown.length + 2 <= line.length;
    const before = isAlone ? lines.pop()! : words.trimEnd();
    lines.push(shown === "" ? before : before + shown.padStart(line.length - before.length));
  }
  return [lines.join("\n").trimEnd(), ...examplesOf(command)].join("\n");
}

/** What is left of yargs' tags: that an option is required, and a default that is not simply "off". */
function shownTags(tags: string): string {
  return [...tags.matchAll(/\[[^\]]*\]/g)]
    .map(([tag]) => tag.replace(/"/g, ""))
    .filter((tag) => !["[string]", "[boolean]", "[default: false]"].includes(tag))
    .join(" ");
}

function examplesOf(command: Command | undefined): string[] {
  const examples = command ? declarationsOf(command).examples : [];
  if (examples.length === 0) return [];
  return [
    "\nExamples:",
    ...examples.flatMap(([line, what], index) => [
      `${index === 0 ? "" : "\n"}  ${what}`,
      `  $ ${line.replaceAll("$0", "respath")}`,
    ]),
  ];
}
