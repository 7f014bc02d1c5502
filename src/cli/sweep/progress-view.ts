import { safeText } from "../../network/safe-text.js";
import type { SweepProgress } from "../../sweep/run/sweep-state.js";
import { duration } from "../../system/progress.js";

/** Lines of running jobs that a table has at most. */
const MOST_LINES = 12;
/** Milliseconds between two looks; between two plain lines where nothing has changed, and where something has. */
const [LOOK, STILL, CHANGED] = [250, 60_000, 5_000];

/** Shows how far a sweep is, until it is told to stop: a table that is redrawn on a terminal, a plain line now and then elsewhere. */
export function showProgress(
  progress: () => SweepProgress,
  stream: NodeJS.WriteStream = process.stderr,
): () => void {
  const columns = stream.isTTY ? (stream.columns ?? 0) : 0;
  const view = columns > 0 ? tableView(stream) : linesView(stream);
  view.show(progress());
  const timer = setInterval(() => view.show(progress()), LOOK);
  timer.unref();
  return () => {
    clearInterval(timer);
    view.end(progress());
  };
}

interface View {
  show(progress: SweepProgress): void;
  end(progress: SweepProgress): void;
}

function tableView(stream: NodeJS.WriteStream): View {
  let [drawn, shown] = [0, ""];
  const draw = (lines: readonly string[]) => {
    const text = lines.map((line) => `${cut(line, stream.columns - 1)}\n`).join("");
    if (text === shown) return;
    const up = drawn > 0 ? `\x1b[${drawn}A` : "";
    stream.write(`${up}\r\x1b[0J${text}`);
    [drawn, shown] = [lines.length, text];
  };
  return {
    show: (progress) => draw(tableOf(progress, Math.min(MOST_LINES, (stream.rows ?? 24) - 3))),
    end: (progress) => draw([countsLine(progress)]),
  };
}

function linesView(stream: NodeJS.WriteStream): View {
  let [last, shown] = [Number.NEGATIVE_INFINITY, ""];
  return {
    show: (progress) => {
      const now = performance.now();
      const counts = Object.values(progress.counts).join();
      if (now - last < (counts === shown ? STILL : CHANGED)) return;
      [last, shown] = [now, counts];
      stream.write(`${countsLine(progress)}\n`);
    },
    end: () => {},
  };
}

/** The running jobs, the farthest first, and how far all are. */
export function tableOf(progress: SweepProgress, most: number): readonly string[] {
  const running = [...progress.running].sort((a, b) => (b.fraction ?? 0) - (a.fraction ?? 0));
  const shown = running.slice(0, Math.max(0, most));
  const more = running.length - shown.length;
  return [
    ...shown.map(({ job, threads, fraction = 0 }) => {
      const at = Object.entries(job.at).map(([name, value]) => `${name}=${value}`);
      const on = threads === 1 ? "" : ` on ${threads} threads`;
      return safeText(`${percent(fraction)} ${at.join(" ") || job.id}${on}`).replace(/\s+/g, " ");
    }),
    ...(more > 0 ? [`  and ${more} more`] : []),
    countsLine(progress),
  ];
}

/** Such as `sweep: 12 of 40 done, 1 failed, 2 skipped, 4 running, about 12 min left`. */
export function countsLine({ counts, secondsLeft }: SweepProgress): string {
  const { done, failed, skipped, running } = counts;
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const isOver = done + failed + skipped === all;
  return `sweep: ${[
    `${done} of ${all} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(running > 0 ? [`${running} running`] : []),
    ...(secondsLeft === undefined || isOver ? [] : [`about ${duration(secondsLeft)} left`]),
  ].join(", ")}`;
}

function percent(fraction: number): string {
  return `${Math.floor(100 * fraction)} %`.padStart(5);
}

/** Characters that take two columns of a terminal. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;

/** The beginning of a line that fits into some columns. */
export function cut(line: string, columns: number): string {
  let [kept, width] = ["", 0];
  for (const character of line) {
    width += WIDE.test(character) ? 2 : 1;
    if (width > columns) return kept;
    kept += character;
  }
  return kept;
}
