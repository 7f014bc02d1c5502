/*
 * What documents of 200 MB cost, against JSON.parse of the same file in the same round, and pictures of 300,000 entries.
 *
 *   node --import tsx bench/large-documents.ts --rounds 3 --megabytes 200 --out results/bench/large-documents.json
 *
 * Each is a process of its own: processor seconds, from the start of Node to its end, and the most memory it had. The yardstick reads
 * the file and parses it, with nothing else. Figures are medians over the rounds. The profile is that of BatchNorm with noise, of which
 * the law is quick; that of `wide` has a law with a spread of hundreds, which takes its own time whatever it is read from. CSV is compared
 * with JSON of the same blocks. Needs a built dist/, and 2 GB of disk in the folder for temporary files.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { quantileSorted } from "simple-statistics";
import { openStream } from "../src/random/index.js";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    megabytes: { type: "string", default: "200" },
    out: { type: "string" },
  },
});
const [rounds, megabytes] = [Number(options.rounds), Number(options.megabytes)];
const ENTRIES = 300_000;
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const reader = new URL("../dist/network/measured-profile/index.js", import.meta.url).href;
const textReader = new URL("../dist/system/read-text.js", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "respath-large-"));
const at = (name: string) => join(folder, name);

/** Writes what a function yields, in pieces of a few megabytes. */
function write(name: string, pieces: Iterable<string>): string {
  const file = openSync(at(name), "w");
  let buffered = "";
  for (const piece of pieces) {
    buffered += piece;
    if (buffered.length < 1 << 22) continue;
    writeSync(file, buffered);
    buffered = "";
  }
  writeSync(file, buffered);
  closeSync(file);
  return at(name);
}

interface Block {
  readonly block: number;
  readonly skip: number;
  readonly branch: number;
}

/** Blocks of variances with all digits; `isWide`: half of the signal goes through each branch. */
function* blocksOf(depth: number, isWide = false): Generator<Block> {
  const stream = openStream({ seed: 1, purpose: "large documents" });
  for (let block = 1; block <= depth; block++) {
    const [skip, branch] = [0.5 + stream.nextUniform(), 0.5 + stream.nextUniform()];
    yield { block, skip: isWide ? skip : block * skip, branch };
  }
}

function* json(depth: number, isWide = false): Generator<string> {
  yield '{"blocks":[';
  for (const one of blocksOf(depth, isWide)) yield (one.block > 1 ? "," : "") + JSON.stringify(one);
  yield "]}";
}

function* csv(depth: number): Generator<string> {
  yield "block,skip,branch\n";
  for (const { block, skip, branch } of blocksOf(depth)) yield `${block},${skip},${branch}\n`;
}

function* result(depth: number): Generator<string> {
  yield `{"kind":"variance-profile","format":1,"scheme":"batchnorm","activation":"linear","depth":${depth},"overflowBlock":null`;
  for (const path of ["skip", "branch"] as const) {
    yield `,"${path}":[`;
    for (const one of blocksOf(depth)) yield (one.block > 1 ? "," : "") + one[path];
    yield "]";
  }
  yield "}";
}

function* law(depth: number): Generator<string> {
  yield `{"kind":"path-lengths","format":1,"scheme":"custom","activation":"linear","depth":${depth},"mean":${depth / 2},"variance":1,"within":{"9":0.1},"beyond":{"9":0.9},"quantiles":{"0.5":9},"omittedMass":0,"pmf":[`;
  for (const { block, branch } of blocksOf(depth)) yield (block > 1 ? "," : "") + branch / depth;
  yield "]}";
}

const USAGE = `import { writeFileSync } from "node:fs";
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  writeFileSync(${JSON.stringify(at("usage.json"))}, JSON.stringify({ seconds: (user + system) / 1e6, megabytes: process.resourceUsage().maxRSS / 1e3 }));
});`;
writeFileSync(at("usage.mjs"), USAGE);

interface Usage {
  /** Of processor time. */
  readonly seconds: number;
  readonly megabytes: number;
}

function usageOf(args: readonly string[]): Usage {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--import", pathToFileURL(at("usage.mjs")).href, ...args],
    { encoding: "utf8", maxBuffer: 1 << 30 },
  );
  if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr.slice(-2000)}`);
  return JSON.parse(readFileSync(at("usage.json"), "utf8"));
}

const script = (text: string) => ["--input-type=module", "-e", text];
const parse = (file: string) =>
  script(`import { readFileSync } from "node:fs"; JSON.parse(readFileSync(${JSON.stringify(file)}, "utf8"))`);
const read = (file: string) =>
  script(
    `import { readText } from "${textReader}"; import { parseMeasuredProfile } from "${reader}"; parseMeasuredProfile(await readText(${JSON.stringify(file)}), { source: "it" })`,
  );

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  /** The JSON it is compared with. */
  readonly yardstick?: string;
  readonly file: string;
}

function casesOf(): Case[] {
  // About 70 bytes a block as JSON, and 40 a block as CSV or in two lists.
  const [measured, wide] = [
    write("measured.json", json(megabytes * 14_000)),
    write("wide.json", json(megabytes * 14_000, true)),
  ];
  const [csvDepth, few] = [megabytes * 22_000, ENTRIES];
  const [table, tableAsJson] = [write("measured.csv", csv(csvDepth)), write("same.json", json(csvDepth))];
  const [profile, lengths] = [
    write("profile.json", result(megabytes * 26_000)),
    write("law.json", law(megabytes * 46_000)),
  ];
  const [smallProfile, smallLaw] = [
    write("small-profile.json", result(few)),
    write("small-law.json", law(few)),
  ];
  const plot = (file: string, picture: string) => [main, "plot", file, "-o", at(picture)];
  const against = (file: string) => ({ file, yardstick: file });
  return [
    { name: "a predicted profile, plot as SVG", args: plot(profile, "a.svg"), ...against(profile) },
    { name: "a law of path lengths, plot as SVG", args: plot(lengths, "b.svg"), ...against(lengths) },
    { name: "a measured profile in JSON, read", args: read(measured), ...against(measured) },
    { name: "a predicted profile as --profile, read", args: read(profile), ...against(profile) },
    { name: "a measured profile in CSV, read", args: read(table), file: table, yardstick: tableAsJson },
    { name: "paths --profile, JSON", args: [main, "paths", "--profile", measured], ...against(measured) },
    { name: "paths --profile, JSON, a wide law", args: [main, "paths", "--profile", wide], ...against(wide) },
    ...["svg", "png", "html"].flatMap((format) => [
      { name: `300,000 blocks as ${format}`, args: plot(smallProfile, `c.${format}`), file: smallProfile },
      { name: `300,000 path lengths as ${format}`, args: plot(smallLaw, `d.${format}`), file: smallLaw },
    ]),
  ];
}

const median = (numbers: readonly number[]) =>
  Number(
    quantileSorted(
      [...numbers].sort((a, b) => a - b),
      0.5,
    ).toPrecision(3),
  );

try {
  const header = {
    measured: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
    node: process.version,
    respath: JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version,
    rounds,
  };
  const cases = casesOf();
  const own = cases.map((): Usage[] => []);
  const yard = cases.map((): Usage[] => []);
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, { args, yardstick }] of cases.entries()) {
      if (yardstick) yard[index].push(usageOf(parse(yardstick)));
      own[index].push(usageOf(args));
      loads.push(loadavg()[0]);
    }
  }
  const rows = cases.map(({ name, file, yardstick }, index) => {
    const seconds = own[index].map((one) => one.seconds);
    const parsing = yard[index].map((one) => one.seconds);
    return {
      name,
      fileMegabytes: Math.round(statSync(file).size / 1e6),
      seconds: median(seconds),
      megabytes: median(own[index].map((one) => one.megabytes)),
      ...(yardstick
        ? {
            jsonParse: {
              seconds: median(parsing),
              megabytes: median(yard[index].map((one) => one.megabytes)),
            },
            timesJsonParse: median(seconds.map((value, round) => value / parsing[round])),
          }
        : {}),
    };
  });
  const load = { median: median(loads), most: Number(Math.max(...loads).toFixed(1)) };
  const document = { kind: "bench", name: "large-documents", ...header, load, rows };
  console.log(`${header.machine} · Node ${header.node} · load ${load.median}, at most ${load.most}`);
  for (const { name, seconds, megabytes, timesJsonParse } of rows) {
    const times = timesJsonParse === undefined ? "" : `  ${timesJsonParse} × JSON.parse`;
    console.log(
      `${name.padEnd(42)} ${seconds.toFixed(2).padStart(6)} s ${String(megabytes).padStart(5)} MB${times}`,
    );
  }
  if (options.out) writeFileSync(options.out, `${JSON.stringify(document, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
