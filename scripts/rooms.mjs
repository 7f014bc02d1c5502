// The rooms of src/: what lives in each, and which others it may import from. test/project/imports.test.ts reads it, and
// `node scripts/rooms.mjs` prints it into CONTRIBUTING.md.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ALL = [
  "network",
  "analytic",
  "random",
  "tensor",
  "montecarlo",
  "data",
  "train",
  "pool",
  "compare",
  "plot",
  "system",
];

/** By folder in src/. A room always may import from itself; `rooms` are those within, of which each names its neighbours. */
export const ROOMS = {
  network: {
    what: "the vocabulary: schemes, normalisers, plans of networks, settings, documents, errors; plain data, no I/O",
    mayImport: [],
  },
  analytic: {
    what: "closed forms in float64: scheme → profile → path lengths; loads in a browser",
    mayImport: ["network"],
    rooms: {
      laws: { what: "q by block → the law of K and its tails, to 10¹⁰⁰ blocks", mayImport: [] },
      moments: {
        what: "scheme and depth → moments, gradients and number formats, block by block",
        mayImport: ["laws"],
      },
      "mean-field": {
        what: "plan and batch → moments, gradients and the law of K at infinite width",
        mayImport: ["laws", "moments"],
      },
      maps: { what: "convolutional networks → moments by block", mayImport: ["mean-field", "moments"] },
      design: {
        what: "questions about α and depth → their answers, schemes side by side",
        mayImport: ["laws", "moments"],
      },
    },
  },
  random: { what: "seeded, splittable streams; normals", mayImport: [] },
  system: {
    what: "the machine: provenance, whole-file writes, locks, progress, errors that cross threads",
    mayImport: ["network"],
  },
  tensor: {
    what: "the one place that knows TensorFlow.js: backend, kernels, operations, path components",
    mayImport: ["network", "system"],
  },
  compare: { what: "z-scores, margins and verdicts, extrapolation", mayImport: ["network", "analytic"] },
  pool: {
    what: "independent jobs on worker threads (the job is injected)",
    mayImport: ["network", "system"],
  },
  montecarlo: {
    what: "the sampler of random networks, path-resolved",
    mayImport: ["network", "analytic", "random", "tensor", "system", "compare", "pool"],
    rooms: {
      network: {
        what: "choices → a network that can be drawn, the plan of its trials, the lengths kept apart",
        mayImport: [],
      },
      layers: {
        what: "shape and stream → a drawn weight layer, a frozen normaliser and activation",
        mayImport: ["network"],
      },
      forward: { what: "a network and a seed → the record of one trial", mayImport: ["network", "layers"] },
      backward: {
        what: "a network and a seed → the record of a gradient sent back",
        mayImport: ["network", "layers", "forward"],
      },
      trials: {
        what: "trials → their records, on threads, in order",
        mayImport: ["network", "forward", "backward"],
      },
      sample: {
        what: "options → a journal, estimates and a document with its verdict",
        mayImport: ["network", "forward", "backward", "trials"],
      },
    },
  },
  data: {
    what: "CIFAR-10, CIFAR-100, folders of images: fetch, decode",
    mayImport: ["network", "random", "system"],
  },
  train: {
    what: "models, trainer, the probe that measures a live network's profile",
    mayImport: ["network", "analytic", "random", "tensor", "data", "system", "compare"],
    rooms: {
      network: {
        what: "model, scheme and choices → a plan, its layers and a network that can be trained",
        mayImport: [],
      },
      step: { what: "a batch and a recipe → one step: loss, gradient, new weights", mayImport: ["network"] },
      plan: { what: "settings → all that a run does, checked", mayImport: ["network", "step"] },
      team: { what: "a step → the same on threads", mayImport: ["network", "step", "plan"] },
      weights: { what: "weights ↔ safetensors files", mayImport: ["network", "plan"] },
      probe: {
        what: "a live network and a batch → its profile and path lengths, and their prediction",
        mayImport: ["network", "step"],
      },
      folder: {
        what: "a run ↔ its folder: metrics, probes, checkpoint, run.json",
        mayImport: ["network", "plan", "weights"],
      },
      run: {
        what: "options → steps, tests, probes and the document of a run",
        mayImport: ["network", "step", "plan", "team", "weights", "probe", "folder"],
      },
    },
  },
  sweep: {
    what: "a grid → independent jobs, their runs wherever, and one document of all; the commands are injected",
    mayImport: ["network", "system", "compare"],
    rooms: {
      spec: { what: "what people write → settings of jobs", mayImport: [] },
      plan: { what: "settings → a plan of jobs with ids by their contents", mayImport: ["spec"] },
      run: { what: "a plan → its jobs done in a folder, on this machine", mayImport: ["plan"] },
      merge: { what: "folders → one document and its table", mayImport: ["plan", "run"] },
      engines: { what: "a plan → scripts and queues of engines that others run", mayImport: ["plan", "run"] },
    },
  },
  plot: {
    what: "one file per picture: document → Vega-Lite spec and table of figures; rendering",
    mayImport: ["network", "system"],
  },
  notebook: {
    what: "what makes results show themselves in a notebook",
    mayImport: ["network", "analytic", "plot"],
  },
  reproduce: { what: "one file per claim of the paper: run, compare, conclude", mayImport: ALL },
  cli: {
    what: "one file per command: parse, call the API, print",
    mayImport: [...ALL, "sweep", "reproduce"],
  },
};

const BEGIN = "<!-- rooms: written by `node scripts/rooms.mjs` -->";
const END = "<!-- end of rooms -->";

/** CONTRIBUTING.md with the table of the rooms as they are. */
export function withRooms(text) {
  const [before, rest] = text.split(BEGIN);
  const after = rest.split(END)[1];
  return `${before}${BEGIN}\n\n${tableOfRooms()}\n\n${END}${after}`;
}

function tableOfRooms() {
  const rows = Object.entries(ROOMS).flatMap(([name, room]) => [
    row(`src/${name}/`, room),
    ...Object.entries(room.rooms ?? {}).map(([inner, own]) => row(`src/${name}/${inner}/`, own)),
  ]);
  return ["| folder | what lives there | may import |", "| --- | --- | --- |", ...rows].join("\n");
}

function row(folder, { what, mayImport }) {
  return `| \`${folder}\` | ${what} | ${mayImport.join(", ") || "nothing of ours"} |`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = join(dirname(dirname(fileURLToPath(import.meta.url))), "CONTRIBUTING.md");
  writeFileSync(path, withRooms(readFileSync(path, "utf8")));
}
