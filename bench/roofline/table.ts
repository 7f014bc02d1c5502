import { CONVOLUTIONS, OTHERS } from "./analyse.js";
import type { Roofline, RooflineStep, Speed } from "./document.js";

/** Rows of a smaller share of the step are left to the document. */
const LEAST_SHARE = 0.005;

const HEADER = "  share       ms  calls     GFLOP/s (credited)  of peak     GB/s  of bandwidth  binds";

/** What was measured on, and its roofs. */
export function linesOfRoofs({
  measured,
  machine,
  load,
  node,
  respath,
  kernels,
  roofs,
  ...document
}: Roofline) {
  const { rounds, secondsARound, exact } = document;
  const bandwidth = roofs.bandwidth.map(
    ({ bytes, gigabytesPerSecond }) => `${gigabytesPerSecond.toFixed(0)} (${sizeOf(bytes)})`,
  );
  return [
    `${measured} · ${machine} · load ${load.join(" ")} · Node ${node} · respath ${respath}, ${kernels} kernels${exact ? ", exact" : ""}`,
    `${rounds} rounds of about ${secondsARound} s · one thread · peak ${roofs.gigaflops.toFixed(0)} GFLOP/s · additions of arrays, GB/s: ${bandwidth.join(", ")}`,
  ];
}

function sizeOf(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes / 2 ** 10} KiB` : `${bytes / 2 ** 20} MiB`;
}

/** The table of a step: its groups, then its rows. */
export function linesOf(step: RooflineStep): string[] {
  const { model, scheme, batch, milliseconds, imagesPerSecond, load, groups, rows, rest } = step;
  return [
    "",
    `${model}, ${scheme}, batch ${batch}: ${milliseconds.toFixed(1)} ms a step, ${imagesPerSecond.toPrecision(3)} images a second (load ${load})`,
    HEADER,
    ...groups.map((one) => `${cellsOf(one)}  ${one.group}`),
    `${percent(rest.share).padStart(7)} ${rest.milliseconds.toFixed(2).padStart(8)}${" ".repeat(HEADER.length - 9)}rest: outside of kernels`,
    "",
    ...rows
      .filter(({ share }) => share >= LEAST_SHARE)
      .map((one) => `${cellsOf(one)}  ${one.group}: ${one.label}`),
  ];
}

/** One row a step, as Markdown: docs/training-speed.md has it. */
export function summaryOf(steps: readonly RooflineStep[]): string[] {
  const header = [
    "network, batch, scheme",
    "ms a step",
    "convolutions",
    "GFLOP/s carried out (credited)",
    "of the peak",
    "other kernels",
    "GB/s",
    "of the bandwidth",
    "rest",
  ];
  const rows = steps.map(({ model, batch, scheme, milliseconds, groups, rest }) => {
    const [convolutions, others] = [CONVOLUTIONS, OTHERS].map(
      (name) => groups.find(({ group }) => group === name) as Speed,
    );
    return [
      `${model.toUpperCase()}, ${batch}, ${scheme}`,
      milliseconds.toFixed(0),
      percent(convolutions.share),
      `${convolutions.gigaflops.toFixed(0)} (${convolutions.creditedGigaflops.toFixed(0)})`,
      percent(convolutions.shareOfPeak),
      percent(others.share),
      others.gigabytesPerSecond.toFixed(0),
      percent(others.shareOfBandwidth),
      percent(rest.share),
    ];
  });
  return [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function cellsOf(speed: Speed): string {
  const isCredited = speed.creditedGigaflops > 1.001 * speed.gigaflops;
  const gigaflops = `${speed.gigaflops.toFixed(1)}${isCredited ? ` (${speed.creditedGigaflops.toFixed(1)})` : ""}`;
  return [
    percent(speed.share).padStart(7),
    speed.milliseconds.toFixed(2).padStart(8),
    String(Math.round(speed.calls)).padStart(6),
    gigaflops.padStart(22),
    percent(speed.shareOfPeak).padStart(8),
    speed.gigabytesPerSecond.toFixed(1).padStart(8),
    percent(speed.shareOfBandwidth).padStart(13),
    ` ${speed.roof}, ${percent(speed.shareOfRoof)}`.padEnd(17),
  ].join(" ");
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
