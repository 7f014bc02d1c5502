import type {
  MapShape,
  ModelSummaryDocument,
  SummarizedBlock,
  SummarizedPart,
} from "../network/documents.js";
import { largest } from "../network/extremes.js";
import { grouped } from "./output.js";

/** Of a stage more rows than this are cut: the first blocks are shown, and the last. */
const MOST_ROWS = 6;
const FIRST_ROWS = 3;

const COLUMNS = ["block", "input → output", "layers", "parameters", "MFLOPs", "skip", "branch", "q"];
/** Columns of text, on the left of theirs. */
const TEXTS = new Set(["input → output", "layers"]);

/** The summary of a model as text: a table of its parts, and the totals. */
export function summaryLines(summary: ModelSummaryDocument): string[] {
  const { model, scheme, alpha, activation, depth, imageSize, classes } = summary;
  return [
    `${model}, ${scheme}${alpha === undefined ? "" : ` ${alpha}`}, ${grouped(depth)} ${depth === 1 ? "block" : "blocks"}, ${activation} branches, images of ${imageSize}×${imageSize}, ${grouped(classes)} classes`,
    ...table(summary),
    ...totals(summary),
  ];
}

function table({ stem, blocks, head }: ModelSummaryDocument): string[] {
  const rows: string[][] = [COLUMNS, partRow("stem", stem), ...blockRows(blocks), partRow("head", head)];
  const widths = COLUMNS.map((_, column) => largest(rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        TEXTS.has(COLUMNS[column]) ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join("  ")
      .trimEnd(),
  );
}

/** A row a block; of long stages the first and the last ones. */
function blockRows(blocks: readonly SummarizedBlock[]): string[][] {
  const stages = [...new Set(blocks.map(({ stage }) => stage))];
  return stages.flatMap((number) => {
    const stage = blocks.filter(({ stage }) => stage === number);
    if (stage.length <= MOST_ROWS) return stage.map(blockRow);
    const left = stage.length - FIRST_ROWS - 1;
    const gap: string[] = COLUMNS.map((column) => (column === "block" ? "…" : ""));
    gap[COLUMNS.indexOf("input → output")] = `${grouped(left)} more blocks`;
    return [...stage.slice(0, FIRST_ROWS).map(blockRow), gap, blockRow(stage[stage.length - 1])];
  });
}

function blockRow(part: SummarizedBlock): string[] {
  const [block, shapes, , parameters, operations] = partRow(grouped(part.block), part);
  const layers = part.layers.map(({ kernel, stride, width }) => {
    const window = part.input[0] === 1 && kernel === 1 ? "" : `${kernel}×${kernel} `;
    return `${window}${width}${stride > 1 ? ` /${stride}` : ""}`;
  });
  return [
    block,
    shapes,
    layers.join(", ") + (part.transition ? ", projection" : ""),
    parameters,
    operations,
    digits(part.skip),
    digits(part.branch),
    digits(part.share),
  ];
}

function partRow(name: string, { input, output, parameters, operations }: SummarizedPart): string[] {
  const shapes = `${shapeOf(input)} → ${shapeOf(output)}`;
  return [name, shapes, "", grouped(parameters), digits(operations / 1e6), "", "", ""];
}

function shapeOf([height, width, channels]: MapShape): string {
  return height === 1 ? String(channels) : `${height}×${width}×${channels}`;
}

function digits(value: number | null): string {
  if (value === null) return "–";
  return value === 0 || (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6)
    ? String(Number(value.toPrecision(4)))
    : value.toExponential(2);
}

function totals({
  parameters,
  operations,
  batch,
  memory,
  workers,
  predicted,
}: ModelSummaryDocument): string[] {
  const { none, least, available } = memory;
  const perThread = workers === 1 ? "" : ` in each of ${workers} threads`;
  const { meanLength, quantile97 } = predicted;
  return [
    `parameters: ${grouped(parameters)}`,
    `operations: ${digits(operations.forward / 1e6)} MFLOPs a forward pass of an image, ${digits(operations.step / 1e9)} GFLOPs a training step of ${grouped(batch)} images`,
    `memory of a step${perThread}: ${bytes(none)}, or ${bytes(least.bytes)} with --recompute ${least.segment}; ${bytes(available)} can be had${least.bytes > available ? ": it does not fit" : ""}`,
    meanLength === null || quantile97 === null
      ? "predicted path lengths: none, as the predicted variances leave float64 or vanish"
      : `predicted path lengths: mean ${Number(meanLength.toPrecision(6))}, 97 % quantile ${grouped(quantile97)}`,
    `Variances are predicted for initialisation. ${predicted.assumptions.join(" ")}`,
  ];
}

function bytes(count: number): string {
  return count < 2 ** 30 ? `${Math.ceil(count / 2 ** 20)} MiB` : `${(count / 2 ** 30).toFixed(1)} GiB`;
}
