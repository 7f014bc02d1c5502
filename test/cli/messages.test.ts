import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../../src/cli/commands/index.js";
import { declarationsOf } from "../../src/cli/parse-plainly.js";
import { runProgram } from "../../src/cli/program.js";
import { encodeSafetensors } from "../../src/train/index.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";

const folder = temporaryFolder("messages");
const IMAGES = join(folder, "images");
const WEIGHTS = join(folder, "weights.safetensors");
const PARTS = join(folder, "parts.safetensors");
const CSV = join(folder, "profile.csv");
const JOURNAL = join(folder, "journal.jsonl");
const JOURNALLED = `sample --scheme sqrt2 --depth 2 --width 4 --batch 4 --input-dimension 4 --out ${JOURNAL}`;

beforeAll(async () => {
  for (const name of ["red", "green"]) {
    mkdirSync(join(IMAGES, name), { recursive: true });
    const background = name === "red" ? { r: 255, g: 0, b: 0 } : { r: 0, g: 255, b: 0 };
    const image = sharp({ create: { width: 8, height: 8, channels: 3, background } }).png();
    for (const number of [1, 2]) writeFileSync(join(IMAGES, name, `${number}.png`), await image.toBuffer());
  }
  writeFileSync(
    WEIGHTS,
    encodeSafetensors({
      tensors: [],
      metadata: { respath: "0.1.0", model: "wrn-16-1", scheme: "sqrt2", activation: "linear" },
    }),
  );
  writeFileSync(
    PARTS,
    encodeSafetensors({
      tensors: [],
      metadata: { respath: "0.1.0", model: "wrn-16-1", scheme: "batchnorm", norm_position: "last" },
    }),
  );
  writeFileSync(CSV, "block,skip,branch\n1,1,1\n");
  expect(await complaintOf(`${JOURNALLED} --trials 1`)).toMatchObject({ code: undefined });
});
afterEach(() => {
  process.exitCode = undefined;
});

/** What a line leaves on stderr, and its exit code. */
async function complaintOf(line: string): Promise<{ stderr: string; code: unknown }> {
  let stderr = "";
  const writing = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
  const printing = vi.spyOn(process.stdout, "write").mockImplementation((_text, done) => {
    (done as (() => void) | undefined)?.();
    return true;
  });
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  try {
    await runProgram(words.map((word) => word.replace(/^"|"$/g, "")));
  } finally {
    writing.mockRestore();
    printing.mockRestore();
  }
  const code = process.exitCode;
  process.exitCode = undefined;
  return { stderr, code };
}

const PATHS = "paths --scheme batchnorm --depth 5";
const SAMPLE = "sample --scheme batchnorm --depth 3";
const SKIPINIT = "sample --scheme skipinit --depth 3";
const TRAIN = "train --model wrn-16-1 --scheme batchnorm --steps 1";
const MODEL = "train --model wrn-16-1 --steps 1 --scheme";

/** A line, and what its message begins with and may hold. */
const REFUSED: readonly (readonly [string, RegExp])[] = [
  // Values that the command line reads.
  [`${PATHS} --within x`, /^--within must be a whole number/],
  ["paths --scheme batchnorm --depth 0", /^--depth must be a whole number/],
  ["paths --scheme batchnorm --depth 1 --depth 2", /^--depth must be given once/],
  [`${PATHS} --activation gelu`, /^--activation must be one of linear, relu/],
  [`${PATHS} --convention real`, /^--convention must be one of paper, unit-input/],
  [`${PATHS} --plot x.gif`, /^--plot must be a file name ending in/],
  // The prediction of a network.
  [
    "paths --scheme sqrt2 --depth 3 --alpha 2",
    /^--alpha must be absent for sqrt2; only .* take it, not "2"$/,
  ],
  ["paths --scheme sqrt2 --depth 3 --skip 2", /^--skip must be absent for sqrt2/],
  ["paths --scheme sqrt2 --depth 3 --survival 2", /^--survival must be absent for sqrt2/],
  ["paths --scheme sqrt2 --depth 3 --normalized", /^--normalized must be absent for sqrt2/],
  ["paths --scheme skipinit --depth 3 --alpha x", /^--alpha must be an expression/],
  ["paths --scheme custom --depth 3 --skip x", /^--skip must be an expression/],
  ["paths --scheme skipinit --depth 3 --alpha 1/(i-2)", /^--alpha must be a finite number at every block/],
  ["paths --scheme stochastic-depth --depth 3 --survival 2", /^--survival must be a probability/],
  ["paths --scheme stochastic-depth --depth 3 --alpha i", /^--alpha must be the same non-zero scale/],
  ["paths --scheme stochastic-depth --depth 200000", /^--depth must be at most 100000/],
  ["paths --scheme skipinit --alpha i --depth 1e8", /^--depth must be at most 10000000/],
  ["paths --scheme sqrt2 --depth 3 --convention paper", /^--convention must be unit-input for sqrt2/],
  ["paths --scheme custom --skip 0 --alpha 0 --depth 3", /^--alpha must be other than 0/],
  ["paths --architecture wrn-16-1 --scheme batchnorm --depth 3", /^--depth must be absent, or the 6 of/],
  ["paths --architecture wrn-17-1 --scheme batchnorm", /^--architecture must be a Wide-ResNet of n = 6N/],
  ["paths --architecture vgg --scheme batchnorm", /^--architecture must be one of wrn-n-k/],
  ["paths --architecture pre-ln-0", /^--architecture must be pre-ln- and a number/],
  ["paths --architecture pre-ln-3 --scheme sqrt2", /^--scheme must be absent, or pre-ln/],
  ["paths --architecture wrn-16-1 --scheme batchnorm --convention paper", /^--convention must be unit-input/],
  ["variance --scheme batchnorm --depth 1e9", /^--depth must be at most 10000000/],
  [
    "variance --architecture wrn-16-1 --scheme skipinit --activation relu --image-size 8",
    /^--scheme must be batchnorm, or custom with --normalized, for maps/,
  ],
  [
    "variance --architecture pre-ln-3 --activation relu --image-size 8",
    /^--architecture must be a convolutional network/,
  ],
  ["variance --scheme batchnorm --depth 3 --image-size 8", /^--image-size needs --architecture/],
  // Measured profiles.
  [`paths --profile ${CSV} --depth 3`, /^--profile brings its own network; leave out --depth/],
  ["paths --profile nowhere.csv", /^--profile nowhere\.csv cannot be read/],
  [`${PATHS} --time after`, /^--time says which profile/],
  // Comparisons and designs.
  ["compare --depth 3 --schemes batchnorm=1", /^--schemes alpha must be absent for batchnorm/],
  ["compare --depth 3 --schemes skipinit=x", /^--schemes alpha must be an expression/],
  ["compare --depth 3 --schemes batchnom", /^--schemes must be one of .*did you mean "batchnorm"/],
  ["compare --depth 3 --schemes ,", /^--schemes must be names/],
  ["compare --depth 1e9", /^--depth must be at most 10000000/],
  ["design --within 1", /^--depth and --probability must be given/],
  ["design --within 1 --depth 3 --probability 2", /^--probability must be a number/],
  ["design --within 1e16 --depth 3 --probability 0.5", /^--within must be a whole number/],
  ["design --within 1 --depth 3 --probability 0.5 --alpha 1", /^--alpha is what is solved for/],
  ["design --solve probability --within 1 --alpha 1 --depth 1e9 --plot x.svg", /^--plot has nothing to draw/],
  // Sampled networks.
  [`${SAMPLE} --batch 1`, /^--batch must be at least 2 for batchnorm/],
  [`${SAMPLE} --batches 1,2`, /^--batches must be .*2/],
  [`${SAMPLE} --width 20000`, /^--width must be a whole number from 1 to 16384/],
  [`${SAMPLE} --widths 8,20000`, /^--widths must be a whole number from 1 to 16384/],
  [`${SAMPLE} --convolutional --channels 20000`, /^--channels must be a whole number/],
  [`${SAMPLE} --convolutional --width 8`, /^--width must be absent for a convolutional network/],
  [`${SAMPLE} --channels 8`, /^--channels must be absent for a dense network/],
  [`${SAMPLE} --image-size 8`, /^--image-size must be absent for a dense network/],
  [`${SAMPLE} --convolutional --input-dimension 8`, /^--input-dimension must be absent/],
  [`${SAMPLE} --convolutional --image-size 5000`, /^--image-size must be a whole number/],
  [`${SAMPLE} --input-dimension 1e8`, /^--input-dimension must be at most/],
  [`${SAMPLE} --batch 1e9`, /^--batch must be at most/],
  [`${SAMPLE} --branch-layers 1e6`, /^--branch-layers must be a whole number/],
  [`${SAMPLE} --groups 4`, /^--groups must be absent for the --normalizer batch/],
  ["sample --scheme groupnorm --depth 3 --width 12 --groups 5", /^--groups must be a divisor of/],
  [`${SKIPINIT} --position post`, /^--position must be pre where there is no --normalizer/],
  [
    "sample --scheme nfnet --depth 3 --position post",
    /^--position must be pre for the --normalizer expected/,
  ],
  [
    "sample --scheme nfnet --depth 3 --weights orthogonal",
    /^--weights must be gaussian for the --normalizer/,
  ],
  ["sample --scheme nfnet --depth 3 --width 1", /^--width must be at least 2 for the --normalizer expected/],
  ["sample --scheme pre-ln --depth 3 --width 1", /^--width must be at least 2 for LayerNorm/],
  ["sample --architecture wrn-16-1 --scheme batchnorm --branch-layers 3", /^--branch-layers must be absent/],
  ["sample --architecture resnet-50-v2 --scheme batchnorm --width 6", /^--width must be a multiple of 4/],
  ["sample --architecture pre-ln-3 --convolutional", /^--architecture must be a convolutional network/],
  [
    `${SAMPLE} --trials 5 --precision 0.1`,
    /^--trials must be absent with --precision.* --max-trials bounds it/,
  ],
  [`${SAMPLE} --max-trials 9`, /^--max-trials must be given with --precision/],
  [`${SAMPLE} --trials 1e9`, /^--trials must be a whole number/],
  [`${SAMPLE} --precision 1 --max-trials 1e9`, /^--max-trials must be a whole number/],
  [`${SAMPLE} --workers 1e6`, /^--workers must be a whole number/],
  [`${SAMPLE} --sampler gram`, /^--sampler must be auto or direct here/],
  [`${SAMPLE} --backward --sampler gram`, /^--sampler must be auto or direct here/],
  [`${SAMPLE} --backward --activation tanh`, /^--activation must be linear or relu for gradients/],
  [`${SAMPLE} --backward --batch 3`, /^--batch must be at least 4 for gradients/],
  [`${SAMPLE} --backward --position post`, /^--position must be pre for gradients/],
  [`${SAMPLE} --backward --convolutional`, /^shape must be dense for gradients \(without --convolutional\)/],
  ["sample --scheme stochastic-depth --depth 3 --backward", /^--scheme must be one that keeps every branch/],
  [`${SAMPLE} --backward --at-block 9`, /^--at-block must be a whole number from 1 to 3/],
  [`${SAMPLE} --at-block 9`, /^--at-block must be a whole number from 1 to 3/],
  [`${SAMPLE} --quantity gradient-norm --precision 1`, /^--quantity must be one of within/],
  [`${SAMPLE} --longest 0`, /^--longest must be at least/],
  [`${SAMPLE} --longest 3 --within 9`, /^--within must be a whole number from 0 to 3/],
  [`${SAMPLE} --widths 8,16 --batches 8,16`, /^give --widths or --batches, not both/],
  [`${SAMPLE} --no-paths --within 1`, /^--within is about path lengths, which --no-paths leaves out/],
  [`${SAMPLE} --images cifar10`, /^--images cifar10 needs --convolutional/],
  [
    `${JOURNALLED.replace("--input-dimension 4", "--input-dimension 5")} --trials 2`,
    /^--out must be a new file, or a journal of the same networks \(its --input-dimension is 4, and here it is 5\)/,
  ],
  [`${SAMPLE} --out ${CSV}`, /^--out must be a new file, or a journal/],
  // Training: the recipe.
  [`${TRAIN} --lr 0`, /^--lr must be a positive number/],
  [`${TRAIN} --momentum 1`, /^--momentum must be a number from 0 to less than 1/],
  [`${TRAIN} --momentum 0 --nesterov`, /^--momentum must be more than 0 with --nesterov/],
  [`${TRAIN} --label-smoothing 1`, /^--label-smoothing must be a number from 0/],
  [`${TRAIN} --l2-on weight`, /^--l2-on must be one of weights/],
  [`${TRAIN} --warmup 1`, /^--warmup must be shorter than the run's 1 step/],
  [`${TRAIN} --clip-norm 0`, /^--clip-norm must be a positive number/],
  [`${TRAIN} --schedule linear`, /^--schedule must be one of/],
  [`${TRAIN} --batch 8 --ghost-batch 9`, /^--ghost-batch must be a whole number from 1 to 8/],
  [`${TRAIN} --recompute some`, /^--recompute must be auto, none or/],
  [`${TRAIN} --backend gpu`, /^--backend must be one of/],
  [`${TRAIN} --epochs 1`, /^--steps must be absent with --epochs/],
  ["train --model wrn-16-1 --scheme batchnorm", /^--steps must be given, or else --epochs/],
  [`${TRAIN} --test-every 1 --test-images 0`, /^--test-every must be absent where there are no test images/],
  [`${TRAIN} --test-every 0`, /^--test-every must be a whole number/],
  [
    "train --model wrn-604-8 --scheme batchnorm --steps 1 --recompute none --ghost-batch 4000 --batch 4000",
    /^wrn-604-8 .* needs about .*; use --recompute auto or a --ghost-batch of at most/,
  ],
  // Training: the model and the scheme.
  ["train --model nf-resnet-50 --scheme batchnorm", /^--model must be one of .* with --scheme nfnet/],
  ["train --model wrn-17-1 --scheme batchnorm", /^--model must be a Wide-ResNet/],
  ["train --model fc-0-1 --scheme batchnorm", /^--model must be of the form fc-d-w/],
  ["train --model none.json --scheme batchnorm", /^--model must be a JSON file that can be read/],
  [`${MODEL} sqrt2 --alpha-fixed`, /^--alpha-fixed must be absent for sqrt2; only skipinit/],
  [`${MODEL} skipinit --norm-position last`, /^--norm-position must be absent for skipinit/],
  [`${MODEL} batchnorm --norm-groups 4`, /^--norm-groups must be absent for batchnorm/],
  [`${MODEL} groupnorm --norm-groups 3`, /^--norm-groups must be one of/],
  [`${MODEL} batchnorm --fixup 1`, /^--fixup must be absent for batchnorm/],
  [`${MODEL} fixup --fixup 9`, /^--fixup must be none, or some of 1,2,3,4/],
  [`${MODEL} skipinit --dropout 1`, /^--dropout must be a number from 0/],
  [`${MODEL} skipinit --alpha x`, /^--alpha must be an expression/],
  [`${MODEL} pre-ln`, /^--scheme must be .* with --norm-position first/],
  ["train --model wrn-16-1 --scheme sqrt2 --summary --classes 1e9", /^--classes must be a whole number/],
  ["train --model wrn-16-1 --scheme sqrt2 --summary --plot x.svg", /^--summary has no picture/],
  [`${TRAIN} --classes 3`, /^--classes is for --summary/],
  // Training: files and data.
  [`${TRAIN} --probe every=1`, /^--out must be given with probes, as the folder for probe\.jsonl$/],
  [`${TRAIN} --probe images=2`, /^--probe must be every=N/],
  [`${TRAIN} --probe every=1,images=1`, /^--probe images must be/],
  [`${TRAIN} --resume`, /^--out must be given with checkpoints \(--checkpoint-every, --resume\)/],
  [`${TRAIN} --checkpoint-every 1`, /^--out must be given with checkpoints/],
  [`${TRAIN} --load-weights ${WEIGHTS}`, /^--scheme must be "sqrt2", as in .*, not "batchnorm"$/],
  [`${MODEL} sqrt2 --load-weights ${WEIGHTS}`, /^--activation must be linear, as in/],
  ["train --model wrn-10-1 --scheme sqrt2 --steps 1 --load-weights WEIGHTS", /^--model must be "wrn-16-1"/],
  [`${TRAIN} --load-weights ${PARTS}`, /^--norm-position must be last, as in/],
  [`${TRAIN} --data cifar11`, /^--data must be one of cifar10/],
  [`${TRAIN} --data ${IMAGES} --dir x`, /^--dir must be absent/],
  [`${TRAIN} --data ${IMAGES} --image-size 4`, /^--image-size must be a whole number from 8/],
  [
    `${TRAIN} --data ${IMAGES} --batch 2 --image-size 8 --test-share 0.5 --test-images 99`,
    /^--test-images must be a whole/,
  ],
  [
    `${TRAIN} --data ${IMAGES} --batch 2 --image-size 8 --test-share 0 --test-every 1`,
    /^--test-every must be absent where there are no test images/,
  ],
  [`${TRAIN} --image-size 7`, /^--image-size must be one of 32, 16, 8/],
  // Other commands.
  ["data mnist", /^the data set must be one of cifar10, cifar100/],
  ["plot nowhere.json -o x.gif", /^--plot must be a file name ending in/],
  ["validate --workers 100", /^--workers must be a whole number from 1 to 64/],
];

/** Of all commands; an argument of the API that has an option of its own name has no place in a message without its hyphens. */
async function optionNames(): Promise<string[]> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return commands.flatMap((command) => Object.keys(declarationsOf(command).definitions));
}

describe("a refusal is one line in the command line's own words", () => {
  it.each(REFUSED)("%s", async (line, expected) => {
    const complaint = await complaintOf(line.replace("WEIGHTS", WEIGHTS));
    const { code } = complaint;
    // What a folder of images has is said before what is wrong.
    const stderr = complaint.stderr.replace(/^found 2 classes in .*\n/, "");
    expect(stderr).toMatch(/^respath: [^\n]+\n$/);
    const message = stderr.slice("respath: ".length, -1);
    expect({ message, code }).toEqual({ message: expect.stringMatching(expected), code: 2 });
    const [said] = message.split(/, not "/);
    expect(said.replaceAll(folder, "")).not.toMatch(/\b[a-z]+[A-Z][a-z]/);
    expect(said).not.toMatch(/`\w+`/);
    // No option stands there without its hyphens as the subject.
    const [subject] = said.split(/ (must|is|needs)\b/);
    const bare = (await optionNames()).flatMap((name) => [name, name.replaceAll("-", " ")]);
    expect(bare).not.toContain(subject);
  });
});

/** Lines that are no right command, and the message in full. */
const MISTYPED: readonly (readonly [string, string])[] = [
  [`${PATHS} --dept 5`, "there is no option --dept; did you mean --depth? try `respath paths --help`"],
  [`${PATHS} -depth 5`, "there is no option -depth; did you mean --depth? try `respath paths --help`"],
  [`${PATHS} --no-jsn`, "there is no option --no-jsn; did you mean --json? try `respath paths --help`"],
  [`${PATHS} --colour red`, "there is no option --colour; try `respath paths --help`"],
  [
    `${TRAIN} --imageSiz 8`,
    "there is no option --imageSiz; did you mean --image-size? try `respath train --help`",
  ],
  [
    `${TRAIN} --learning-rate 1`,
    "there is no option --learning-rate; did you mean --lr? try `respath train --help`",
  ],
  [`${TRAIN} --output x`, "there is no option --output; did you mean --out? try `respath train --help`"],
  [
    `${TRAIN} --check 5`,
    "there is no option --check; did you mean --checkpoint-every? try `respath train --help`",
  ],
  [`${PATHS} stray`, 'paths does not take "stray" (options begin with --); try `respath paths --help`'],
  [`${PATHS} --json=yes`, '--json takes no value, not "yes"; try `respath paths --help`'],
  [`${TRAIN} --alphaFixed=0.1`, '--alphaFixed takes no value, not "0.1"; try `respath train --help`'],
  [`${PATHS} -- stray`, 'paths does not take "stray" after --; try `respath paths --help`'],
  [`${PATHS} -o`, "-o needs a value; try `respath paths --help`"],
  ["--scheme sqrt2 paths --depth", "--depth needs a value; try `respath paths --help`"],
  [
    `${TRAIN} --out -`,
    "--out is for data on the disk, not for standard output: give --json, or -o - for a picture; try `respath train --help`",
  ],
  [`${PATHS} --within`, "--within needs a value; try `respath paths --help`"],
  ["paths --depth 3", "--scheme is missing; `respath schemes` lists the schemes; try `respath paths --help`"],
  [
    "sample --depth 3",
    "--scheme is missing; `respath schemes` lists the schemes; try `respath sample --help`",
  ],
  ["paths --scheme sqrt2", "--depth (or --architecture) is missing; try `respath paths --help`"],
  [
    "train",
    "--model and --scheme are missing; `respath schemes` lists the schemes; try `respath train --help`",
  ],
  [
    "train --model wrn-16-1",
    "--scheme is missing; `respath schemes` lists the schemes; try `respath train --help`",
  ],
  ["compare", "--depth is missing; try `respath compare --help`"],
  ["data", "data needs the name of a data set; try `respath data --help`"],
  ["plot", "plot needs a result document, or - for standard input; try `respath plot --help`"],
  ["pahts --depth 3", 'there is no command "pahts"; did you mean paths? try `respath --help`'],
  ["frobnicate", 'there is no command "frobnicate"; try `respath --help`'],
  ["help frobnicate", 'there is no command "frobnicate"; try `respath --help`'],
  ["--vesion", "there is no option --vesion; did you mean --version? try `respath --help`"],
];

describe("a line that is mistyped is answered with what is nearest", () => {
  it.each(MISTYPED)("%s", async (line, message) => {
    expect(await complaintOf(line)).toEqual({ stderr: `respath: ${message}\n`, code: 2 });
  });

  it("in English, whatever the machine speaks", async () => {
    vi.stubEnv("LC_ALL", "de_DE.UTF-8");
    const { stderr } = await complaintOf("train --model wrn-16-1");
    vi.unstubAllEnvs();
    expect(stderr).toContain("--scheme is missing");
  });
});

describe("what a message repeats", () => {
  it.each([
    `${PATHS} --sch\u001b[31meme x`,
    "paths --profile no\u001b[31msuch.csv",
    "paths --profile no\u009b31msuch.csv",
    "paths --scheme \u202ehctab --depth 5",
    "pa\u001b[31mths",
    `${TRAIN} --out ${folder}/a\u0007/b/c/d`,
  ])("cannot steer the terminal: %j", async (line) => {
    const { stderr, code } = await complaintOf(line);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^respath: [^\p{Cc}\u202e]+\\u[0-9a-f]{4}[^\p{Cc}\u202e]+\n$/u);
  });

  const LONG = "a".repeat(5000);
  it.each([
    `paths --scheme ${LONG} --depth 5`,
    `${PATHS} --${LONG} 5`,
    `${PATHS} ${LONG}`,
    `paths --profile ${LONG}`,
    `paths --scheme skipinit --depth 5 --alpha "${"d + ".repeat(1000)}d"`,
    LONG,
  ])("is short", async (line) => {
    const { stderr, code } = await complaintOf(line);
    expect(code).toBe(2);
    expect(stderr.length).toBeLessThan(700);
    expect(stderr).toMatch(/^respath: .*….*\n$/);
  });
});
