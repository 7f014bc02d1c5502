import { Presets, SingleBar } from "cli-progress";

/** Progress of long work, shown on stderr: a bar with time left on a terminal, a plain line every few seconds elsewhere. */
export interface Progress {
  /** How much is done, from 0 to the total, and what is going on. */
  update(done: number, activity?: string): void;
  stop(): void;
}

export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  /** Nothing is shown at all. */
  readonly quiet?: boolean;
  readonly stream?: NodeJS.WriteStream;
  /** Seconds between two plain lines. */
  readonly every?: number;
}

export function startProgress(options: ProgressOptions): Progress {
  const { label, total, quiet = false, stream = process.stderr, every = 5 } = options;
  if (quiet) return { update() {}, stop() {} };
  // A terminal of width 0 (some CI runners) would make a bar redraw for ever.
  if (stream.isTTY && (stream.columns ?? 0) > 0) return barProgress(label, total, stream);

  const started = performance.now();
  const timeLeft = timeLeftOf(total);
  let last = started;
  return {
    update(done, activity) {
      const now = performance.now();
      const left = timeLeft(done, now);
      if (now - last < every * 1000 && done < total) return;
      if (done >= total && last === Infinity) return;
      last = done >= total ? Infinity : now;
      const seconds = (now - started) / 1000;
      const percent = Math.floor((100 * done) / total);
      const parts = [`${percent} %`, `${seconds.toFixed(0)} s`, left, activity].filter(Boolean);
      stream.write(`${label}: ${parts.join(", ")}\n`);
    },
    stop() {},
  };
}

/** Says what is left after each update, such as `about 12 min left`; undefined before that can be known and at the end. */
function timeLeftOf(total: number): (done: number, now: number) => string | undefined {
  // A run that goes on from a checkpoint begins with much done, which says nothing about its speed.
  let first: { readonly done: number; readonly at: number } | undefined;
  return (done, now) => {
    first ??= { done, at: now };
    if (done <= first.done || done >= total) return undefined;
    const perUnit = (now - first.at) / 1000 / (done - first.done);
    return `about ${duration(perUnit * (total - done))} left`;
  };
}

/** A duration in words, rounded up: `95 s`, `12 min`, `3 h 20 min`. */
export function duration(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (minutes <= 2) return `${Math.ceil(seconds)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function barProgress(label: string, total: number, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar(
    // The library's own time left would be "INFs" or "NFs" before the first step.
    {
      format: `${label} {bar} {percentage} %{rest}`,
      stream,
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  const timeLeft = timeLeftOf(total);
  bar.start(total, 0, { rest: "" });
  let shown = "";
  return {
    update(done, activity) {
      shown = activity ?? shown;
      const parts = [timeLeft(done, performance.now()), shown].filter(Boolean);
      bar.update(done, { rest: parts.map((part) => ` | ${part}`).join("") });
    },
    stop: () => bar.stop(),
  };
}
