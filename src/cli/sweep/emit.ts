import { basename, resolve } from "node:path";
import type { Argv, CommandBuilder } from "yargs";
import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import { InvalidArgumentError, UsageError } from "../../network/errors.js";
import { kebab } from "../../network/settings/fields.js";
import { requireWritableFile, writeFileWhole } from "../../system/write-file.js";
import type { ActionModule } from "../command.js";
import { missing } from "../missing.js";
import { groupedOptions, oneOf, option, text, wholeNumber } from "../options.js";
import { log, print, VERSION } from "../output.js";

const ENGINES = ["slurm", "k8s"] as const;
type Engine = (typeof ENGINES)[number];

/** Text of a form: what is written into a script or a manifest may not be anything. */
const like =
  (form: RegExp, allowed: string) =>
  (argument: string, given: string): string => {
    if (form.test(given)) return given;
    throw new InvalidArgumentError(argument, given, allowed);
  };

const label = like(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "lower-case letters, digits and hyphens, at most 63",
);

const OPTIONS = {
  ...groupedOptions("Files:", {
    out: option("out", text, { alias: "o", describe: "file for the script or manifest; printed if absent" }),
    results: option("results", text, {
      describe:
        "folder for the results, which all machines see: sweep shard's --out. slurm: required; k8s: a path in the volume, results if absent",
    }),
  }),
  ...groupedOptions("Elements:", {
    "max-array": option("max-array", wholeNumber(1, 1e6), {
      describe:
        "elements at most: for slurm the site's MaxArraySize (scontrol show config), 1001 if absent, for k8s 10000; of more jobs each element has several",
    }),
    parallel: option("parallel", wholeNumber(1, 1e6), {
      describe: "elements that run at a time; as many as the engine starts if absent",
    }),
    cpus: option("cpus", wholeNumber(1, 4096), {
      describe: "cores of an element, which it runs jobs on; 1 if absent",
    }),
    time: option(
      "time",
      like(/^(\d{1,4}-)?\d{1,6}(:\d\d){0,2}$/, "a time of Slurm's, such as 12:00:00 or 2-00:00:00"),
      {
        describe:
          "slurm: time limit of an element, which goes on after it; twice what the plan foresees, and two minutes, if absent",
      },
    ),
    mem: option(
      "mem",
      like(/^[1-9]\d{0,14}([KMGT]i?)?$/, "an amount of memory, such as 2G (slurm) or 2Gi (k8s)"),
      {
        describe: "memory of an element; a quarter more than the plan foresees, and 256 MiB, if absent",
      },
    ),
  }),
  ...groupedOptions("Kubernetes:", {
    image: option("image", like(/^[\w][\w./:@-]{0,511}$/, "the name of a container image"), {
      describe: "container image that has respath on its path",
    }),
    claim: option("claim", label, {
      describe: "persistent volume claim with the plan, and for the results",
    }),
    name: option("name", label, { describe: "of the Job; respath- and the plan's sum if absent" }),
  }),
} as const;

const builder = (yargs: Argv) =>
  yargs
    .positional("engine", {
      type: "string",
      demandOption: true,
      coerce: (given: string) => oneOf(ENGINES)("engine", given),
      describe: "slurm: a script for sbatch; k8s: the manifest of an Indexed Job for kubectl",
    })
    .positional("plan", {
      type: "string",
      demandOption: true,
      describe: "a plan, as sweep plan writes it, on a disk that all machines see",
    })
    .options(OPTIONS)
    .example("$0 sweep emit slurm plan.json --results rates -o rates.sh", "then: sbatch rates.sh")
    .example(
      "$0 sweep emit k8s plan.json --image registry.example/respath --claim sweeps -o job.yaml",
      "then: kubectl apply -f job.yaml",
    );

type Arguments = Awaited<ReturnType<typeof builder>["argv"]>;

export const emitAction: ActionModule<Arguments> = {
  title: "sweep emit",
  command: "sweep emit <engine> <plan>",
  describe: "write the array script for Slurm, or the manifest for Kubernetes, that does a plan's jobs",
  // Names with a hyphen are inferred twice, in camel case as well, and TypeScript does not see that the two agree.
  builder: builder as CommandBuilder<object, Arguments>,
  handler: async (argv) => {
    const { engine, out } = argv;
    requireOwn(engine, argv);
    if (out !== undefined) await requireWritableFile(out);
    const { readPlan } = await import("../../sweep/plan/read-plan.js");
    const plan = await readPlan({ path: argv.plan, version: VERSION });
    const written = await (engine === "slurm" ? slurm : k8s)(plan, argv);
    if (out === undefined) return print(written.trimEnd());
    await writeFileWhole(out, written);
    log(`wrote ${out}; then: ${engine === "slurm" ? "sbatch" : "kubectl apply -f"} ${out}`);
  },
};

async function slurm(plan: SweepPlanDocument, argv: Arguments): Promise<string> {
  const { slurmScript } = await import("../../sweep/engines/slurm.js");
  const { results, maxArray, parallel, cpus, time, mem } = argv;
  if (results === undefined) throw new UsageError(missing(["results"]));
  sayUnknown(plan, { "--time": time, "--mem": mem });
  return slurmScript(plan, {
    respath: [process.execPath, resolve(process.argv[1])],
    planPath: resolve(argv.plan),
    results: resolve(results),
    most: maxArray,
    parallel,
    cpus,
    time,
    memory: mem,
  });
}

async function k8s(plan: SweepPlanDocument, argv: Arguments): Promise<string> {
  const { kubernetesManifest } = await import("../../sweep/engines/kubernetes.js");
  const { results = "results", image, claim, name, maxArray, parallel, cpus, mem } = argv;
  if (image === undefined || claim === undefined) {
    throw new UsageError(missing(["image", "claim"].filter((option) => argv[option] === undefined)));
  }
  sayUnknown(plan, { "--mem": mem });
  const planPath = basename(argv.plan);
  return kubernetesManifest(plan, {
    ...{ image, claim, name, planPath, results },
    ...{ most: maxArray, parallel, cpus, memory: mem },
  });
}

/** Options that one engine only can take. */
const OWN: Readonly<Record<Engine, readonly string[]>> = {
  slurm: ["time"],
  k8s: ["image", "claim", "name"],
};

function requireOwn(engine: Engine, argv: Readonly<Record<string, unknown>>): void {
  const other = engine === "slurm" ? "k8s" : "slurm";
  const option = OWN[other].find((name) => argv[name] !== undefined);
  if (option !== undefined) throw new UsageError(`--${kebab(option)} is for ${other}, not for ${engine}`);
  const mem = argv["mem"];
  if (engine === "slurm" && typeof mem === "string" && mem.endsWith("i")) {
    throw new InvalidArgumentError("--mem", mem, "such as 2G for Slurm, which counts in powers of two");
  }
}

/** A plan without estimates says nothing of what its jobs take: then the engine's own defaults hold. */
function sayUnknown({ jobs }: SweepPlanDocument, given: Readonly<Record<string, string | undefined>>): void {
  if (jobs.every(({ seconds, bytes }) => seconds !== undefined && bytes !== undefined)) return;
  const absent = Object.keys(given).filter((name) => given[name] === undefined);
  if (absent.length === 0) return;
  log(
    `the plan does not say what all of its jobs take: without ${absent.join(" and ")} the engine's own defaults hold`,
  );
}
