import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseScale } from "../../../src/analytic/expression.js";
import { loadLayout } from "../../../src/data/load-cifar10.js";
import { loadCifar100Layout } from "../../../src/data/load-cifar100.js";
import { decodeText } from "../../../src/network/decode-text.js";
import { Lock } from "../../../src/system/lock.js";
import { ownRecord } from "../../../src/system/lock-record.js";
import { NO_FLAGS } from "../../../src/tensor/kernels/compiler-flags.js";
import { keepProof, keptProof } from "../../../src/tensor/kernels/proof-cache.js";
import { parseModel, readModel, type StackDescription, summarizeModel } from "../../../src/train/index.js";
import { makeSmallCifar10 } from "../../data/small-cifar10.js";
import { makeSmallCifar100 } from "../../data/small-cifar100.js";
import type { FileKind } from "../altered-files.js";
import { JSON_TEXT, TAR, TEXT_LINES, WORDS } from "../forms.js";
import { Scratch } from "./scratch.js";

const STACK: StackDescription = {
  name: "mine",
  input: "images",
  imageSize: 8,
  activation: "relu",
  stem: { width: 8, kernel: 3, stride: 1, pooling: 2 },
  stages: [{ blocks: 2, width: 8, layers: [{ kernel: 3, width: 4, stride: 2 }, {}] }],
};
const FEATURES: StackDescription = {
  name: "f",
  input: "features",
  imageSize: 8,
  stem: { width: 4 },
  stages: [{ blocks: 3, width: 4 }],
};

/** Stacks and names of models, and expressions: texts that people write. */
export function writtenKinds(folder: string): FileKind[] {
  mkdirSync(folder);
  const scratch = new Scratch(folder);
  return [
    {
      name: "stack",
      originals: [STACK, FEATURES].map((stack) => Buffer.from(JSON.stringify(stack))),
      form: JSON_TEXT,
      use: (bytes) =>
        scratch.with({ name: "a.json", bytes }, async (place) => {
          const model = await readModel(join(place, "a.json"));
          await summarizeModel({ model, scheme: "batchnorm" });
        }),
    },
    {
      name: "name of a model",
      originals: ["wrn-16-1", "wrn-100-0.5", "fc-20-64", "fc-4-8-2", "resnet-50-v2"].map((name) =>
        Buffer.from(name),
      ),
      form: WORDS,
      use: (bytes) => parseModel(decodeText(bytes)).depth,
    },
    {
      name: "expression",
      originals: [
        ...["1/sqrt(d)", "0.2/j", "max(0.1, 1 - i/d)", "pow(2, -i) + abs(cos(pi * n))", "(i % 3)^2", "-1e-3"],
      ].map((text) => Buffer.from(text)),
      form: WORDS,
      use(bytes) {
        const { scale } = parseScale(decodeText(bytes), "alpha");
        for (const [block, depth] of [
          [1, 1],
          [3, 10],
          [1e6, 1e7],
        ]) {
          scale(block, depth, { index: 2, length: 3 });
        }
      },
    },
  ];
}

/** Archives of data sets, and what is kept of those that were unpacked. */
export async function archiveKinds(root: string): Promise<FileKind[]> {
  const [small10, small100] = [await makeSmallCifar10(), await makeSmallCifar100()];
  const into = async <Value>(use: (directory: string) => Promise<Value>) => {
    const directory = await mkdtemp(join(root, "cifar-"));
    try {
      return await use(directory);
    } finally {
      await rm(directory, { recursive: true });
    }
  };
  const unpacked = join(root, "unpacked");
  await loadCifar100Layout(small100.layout, { directory: unpacked, from: small100.archive });
  mkdirSync(join(root, "archives"));
  const scratch = new Scratch(join(root, "archives"));
  const from = (load: (path: string, directory: string) => Promise<unknown>) => (bytes: Uint8Array) =>
    scratch.with({ name: "a.tar.gz", bytes }, (place) =>
      into((directory) => load(join(place, "a.tar.gz"), directory)),
    );
  return [
    {
      name: "archive of CIFAR-10",
      originals: [readFileSync(small10.archive)],
      form: TAR,
      use: from((path, directory) => loadLayout(small10.layout, { directory, from: path, sources: [] })),
      cost: 20,
    },
    {
      name: "archive of CIFAR-100",
      originals: [readFileSync(small100.archive)],
      form: TAR,
      use: from((path, directory) => {
        const layout = { ...small100.layout };
        return loadCifar100Layout(layout, { directory, from: path });
      }),
      cost: 20,
    },
    {
      name: "md5sums.txt",
      originals: [readFileSync(join(unpacked, "md5sums.txt"))],
      form: TEXT_LINES,
      use: (bytes) =>
        scratch.with({ name: "md5sums.txt", bytes, beside: unpacked }, (directory) =>
          loadCifar100Layout(small100.layout, { directory, officialUrl: "http://127.0.0.1:9/none" }),
        ),
      cost: 10,
    },
  ];
}

/** What processes leave for each other: locks, and proofs of kernels. */
export function leftKinds(root: string): FileKind[] {
  mkdirSync(root);
  const scratch = new Scratch(root);
  const proof = withCache(root, () => {
    keepProof("simd", { flags: NO_FLAGS, reason: "it computes something else" });
    return join("kernels", readdirSync(join(root, "kernels"))[0]);
  });
  return [
    {
      name: "lock",
      originals: [
        { ...ownRecord(), start: "0" },
        { ...ownRecord(), pid: 4_194_303 },
      ].map((record) => Buffer.from(`${JSON.stringify(record)}\n`)),
      form: JSON_TEXT,
      use: (bytes) =>
        scratch.with({ name: ".respath.lock", bytes }, async (folder) => {
          const lock = await Lock.ofFolder(folder);
          lock.release();
        }),
      cost: 4,
    },
    {
      name: "proof of a kernel",
      originals: [readFileSync(join(root, proof))],
      form: JSON_TEXT,
      use: (bytes) => {
        writeFileSync(join(root, proof), bytes);
        withCache(root, () => keptProof("simd"));
      },
    },
  ];
}

function withCache<Value>(folder: string, use: () => Value): Value {
  const before = process.env.RESPATH_CACHE;
  process.env.RESPATH_CACHE = folder;
  try {
    return use();
  } finally {
    if (before === undefined) delete process.env.RESPATH_CACHE;
    else process.env.RESPATH_CACHE = before;
  }
}
