import type { Argv, CommandBuilder, CommandModule } from "yargs";
import type { ValidationDocument } from "../../network/documents.js";
import { UsageError } from "../../network/errors.js";
import { BREAK_LOCK, SEED } from "../../network/settings/shared.js";
import { failOn, failOnOption } from "../fail-on.js";
import { interruptible } from "../interrupt.js";
import {
  givenOf,
  groupedOptions,
  option,
  outputOptions,
  settingsOptions,
  text,
  wholeNumber,
} from "../options.js";
import { log, present } from "../output.js";
import { verdictLine } from "../verdict-line.js";

const SHARED = { breakLock: BREAK_LOCK, seed: SEED };
const { breakLock, seed } = SHARED;

const builder = (yargs: Argv) =>
  yargs
    .options({
      ...groupedOptions("Run:", {
        out: option("out", text, {
          default: "report",
          describe: "the folder of the report; one that is in it is replaced",
        }),
        ...settingsOptions({ breakLock }),
        quick: { type: "boolean", default: false, describe: "fewer trials and steps: does everything run?" },
        ...settingsOptions({ seed }),
        workers: option("workers", wholeNumber(1, 64), {
          describe: "threads; as many as there are cores if absent",
        }),
      }),
      ...groupedOptions("How it is judged:", { "fail-on": failOnOption }),
      ...groupedOptions("Data:", {
        dir: option("dir", text, { describe: "the folder with CIFAR-10's files; the cache if absent" }),
        from: option("from", text, {
          describe: "take CIFAR-10 from the official archive or the folder it extracts to",
        }),
      }),
      ...groupedOptions("Output:", outputOptions),
    })
    .example("$0 validate --out report", "the whole report, in about 40 s on 2 cores");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const validateCommand: CommandModule<object, Arguments> = {
  command: "validate",
  describe: "check the paper's claims: theory, sampled networks, and training on real CIFAR-10",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { out, quick, workers, dir, from } = argv;
    const { isReportFile, validate } = await import("../../reproduce/index.js");
    if (argv.plot !== undefined && isReportFile(argv.plot, out)) {
      throw new UsageError(`--plot ${argv.plot} is one of the report's own files; give the picture another`);
    }
    const document = await interruptible(
      { label: "validate", hint: "run the same command again to go on" },
      ({ signal, onProgress, log }) =>
        validate({
          output: out,
          ...givenOf(SHARED, argv),
          quick,
          workers,
          data: { directory: dir, from },
          log,
          onProgress,
          signal,
        }),
    );
    await present(document, argv, () => describe(document));
    log(`wrote ${out}/index.html`);
    failOn(
      argv.failOn,
      document.claims.map(({ verdict }) => verdict),
    );
  },
};

function describe({ claims, quick }: ValidationDocument): string {
  const lines = claims.flatMap(({ title, verdict, atPaperScale }, index) => [
    `${index + 1}. ${title}`,
    `   ${verdictLine(verdict)}`,
    ...(atPaperScale ? [`   at the paper's scale: ${verdictLine(atPaperScale)}`] : []),
  ]);
  if (quick) lines.push("A quick run, of fewer trials and steps: most of it cannot be told from so few.");
  return lines.join("\n");
}
