import { setMaxListeners } from "node:events";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import type { SweepJob } from "../../network/documents/sweep.js";
import { type ExitCode, OutputError } from "../../network/errors.js";
import { reasonOf, writeFileWhole } from "../../system/write-file.js";
import type { Attempt } from "./execution.js";
import { failureOf, writeFailure } from "./job-failure.js";
import { readJobResult } from "./job-result.js";
import { type ReadyJob, ReadyJobs } from "./ready-jobs.js";
import { type Known, Rules } from "./rules.js";
import type { RunSweepOptions } from "./run-sweep-options.js";
import { jobFiles, sweepFiles } from "./sweep-folder.js";
import { SweepState } from "./sweep-state.js";
import { standingAt } from "./training-loss.js";

/** How often a job is tried in one run of a sweep. */
export const MOST_TRIES = 3;

/** How a command ends that was refused, as it would be again. */
const REFUSED: ExitCode = 2;

/** Whether a job that is not done is given up after an attempt, its `tries`-th. */
export function isGivenUp(attempt: Attempt, tries: number): boolean {
  return tries >= MOST_TRIES || (attempt.status === "failed" && attempt.exitCode === REFUSED);
}

/** An attempt that has ended, or could not be made. */
interface Ended {
  readonly entry: ReadyJob;
  readonly bytes: number;
  readonly threads: number;
  readonly attempt?: Attempt;
  readonly error?: unknown;
}

/** The jobs of a sweep in its folder, which is this process's alone: what is left of them is done. */
export class SweepRun {
  readonly state: SweepState;
  readonly #options: RunSweepOptions;
  readonly #jobs: readonly SweepJob[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #known = new Map<string, Known>();
  readonly #ready = new ReadyJobs();
  /** Stops what runs, when the sweep is stopped or cannot go on. */
  readonly #stop = new AbortController();
  /** Jobs that have a folder. */
  readonly #begun: Set<string>;
  #rules!: Rules;
  #freeCores: number;
  #usedBytes = 0;
  #ended: Ended[] = [];
  #notify = () => {};

  /** @param begun the ids of the jobs that have a folder. */
  constructor(options: RunSweepOptions, begun: Iterable<string>) {
    const { plan, jobs = plan.jobs, cores, now = () => performance.now() } = options;
    this.#options = options;
    this.#begun = new Set(begun);
    this.#jobs = jobs;
    this.#places = new Map(plan.jobs.map(({ id }, place) => [id, place]));
    this.#freeCores = cores;
    this.state = new SweepState({ jobs, cores, now });
  }

  /**
   * Does all that can be done.
   *
   * @throws OutputError where the folder cannot be written to any more.
   */
  async work(): Promise<void> {
    const { plan, folder, signal } = this.#options;
    for (const job of this.#jobs) {
      const result = this.#begun.has(job.id) && (await readJobResult(this.#folderOf(job), plan, job));
      if (!result) continue;
      this.#known.set(job.id, result);
      this.state.set(job, "done");
    }
    this.#rules = await Rules.of({ plan, jobs: this.#jobs, folder, known: (id) => this.#known.get(id) });
    await this.#evaluateAll();
    this.#options.onStart?.(() => this.state.current);
    // Each job that runs listens.
    setMaxListeners(0, this.#stop.signal);
    const stop = () => this.#stop.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      await this.#doAll();
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** The ids of jobs that have failed. */
  get failed(): readonly string[] {
    return this.#jobs.filter(({ id }) => this.#known.get(id) === "failed").map(({ id }) => id);
  }

  async #doAll(): Promise<void> {
    let failure: { readonly error: unknown } | undefined;
    for (;;) {
      if (!this.#stop.signal.aborted) this.#startAll();
      if (this.state.current.counts.running === 0) break;
      if (this.#ended.length === 0) await new Promise<void>((resolve) => (this.#notify = resolve));
      const ended = this.#ended;
      this.#ended = [];
      for (const one of ended) {
        try {
          await this.#take(one);
        } catch (error) {
          failure ??= { error };
          this.#stop.abort(error);
        }
      }
    }
    if (failure) throw failure.error;
  }

  async #evaluateAll(): Promise<void> {
    const settled = new Set<string>();
    for (const job of this.#jobs) {
      if (settled.has(job.id)) continue;
      const relatives = this.#rules.relatives(job);
      for (const { id } of relatives) settled.add(id);
      this.#ready.add(await this.#evaluate(relatives));
    }
  }

  /** Decides what is to be done with jobs whose fates hang together. @returns those that can start. */
  async #evaluate(relatives: readonly SweepJob[]): Promise<readonly ReadyJob[]> {
    await this.#rules.settle(relatives[0]!);
    const ready: ReadyJob[] = [];
    for (const job of relatives) {
      const status = this.state.of(job.id);
      if (status === "running" || status === "ready" || status === "skipped") continue;
      const verdict = this.#rules.verdict(job);
      if (verdict.do === "skip") await this.#skip(job, verdict.reason);
      if (verdict.do !== "run" || status !== "waiting") continue;
      const { stopAt } = verdict;
      // It waits for its rivals.
      if (stopAt !== undefined && (await standingAt(this.#folderOf(job), stopAt)).steps >= stopAt) continue;
      this.state.set(job, "ready");
      ready.push({ job, place: this.#places.get(job.id)!, tries: 0, stopAt });
    }
    return ready;
  }

  /** One job a core; more threads each where there are fewer jobs than cores. */
  #startAll(): void {
    const { memory } = this.#options;
    while (this.#freeCores > 0) {
      const isFirst = this.#usedBytes === 0 && this.state.current.counts.running === 0;
      const fits = (bytes: number) => this.#usedBytes + bytes <= memory;
      const entry = this.#ready.take(({ bytes = 0 }) => isFirst || fits(bytes));
      if (!entry) return;
      const { bytes = 0 } = entry.job;
      let threads = Math.max(1, Math.floor(this.#freeCores / (this.#ready.count + 1)));
      while (threads > 1 && !fits(threads * bytes)) threads--;
      this.#start(entry, { threads, bytes: threads * bytes });
    }
  }

  #start(entry: ReadyJob, taken: { readonly threads: number; readonly bytes: number }): void {
    this.#freeCores -= taken.threads;
    this.#usedBytes += taken.bytes;
    const { id } = entry.job;
    this.state.start(entry.job, { threads: taken.threads, isResumed: this.#begun.has(id) });
    this.#begun.add(id);
    const end = (how: Pick<Ended, "attempt" | "error">) => {
      this.#ended.push({ entry, ...taken, ...how });
      this.#notify();
    };
    this.#attempt(entry, taken.threads).then(
      (attempt) => end({ attempt }),
      (error) => end({ error }),
    );
  }

  async #attempt({ job, stopAt }: ReadyJob, threads: number): Promise<Attempt> {
    const { plan, execute } = this.#options;
    const folder = this.#folderOf(job);
    makeIfMissing(folder);
    for (const file of [jobFiles.failed(folder), jobFiles.skipped(folder)]) rmSync(file, { force: true });
    return execute({
      plan,
      job,
      folder,
      threads,
      ...(stopAt === undefined ? {} : { stopAt }),
      signal: this.#stop.signal,
      onProgress: (fraction) => this.state.progress(job, fraction),
    });
  }

  async #take({ entry, threads, bytes, attempt, error }: Ended): Promise<void> {
    this.#freeCores += threads;
    this.#usedBytes -= bytes;
    const { job, stopAt } = entry;
    const isDone = attempt?.status === "done";
    this.state.end(job, isDone ? "done" : "waiting");
    if (!attempt) throw error;
    if (isDone) return this.#finish(job);
    if (this.#stop.signal.aborted) return;
    const folder = this.#folderOf(job);
    if (attempt.status === "stopped" && stopAt !== undefined) {
      if ((await standingAt(folder, stopAt)).steps >= stopAt) return this.#release(job);
    }
    const tries = entry.tries + 1;
    if (!isGivenUp(attempt, tries)) {
      this.state.set(job, "ready");
      return this.#ready.add([{ ...entry, tries }]);
    }
    await writeFailure(folder, failureOf(attempt, tries));
    this.#known.set(job.id, "failed");
    this.state.set(job, "failed");
    return this.#release(job);
  }

  async #finish(job: SweepJob): Promise<void> {
    const folder = this.#folderOf(job);
    const result = await readJobResult(folder, this.#options.plan, job);
    if (!result) throw new OutputError(`${jobFiles.result(folder)} is not there, and was just written`);
    this.#known.set(job.id, result);
    return this.#release(job);
  }

  /** What has become of a job may decide on others. */
  async #release(job: SweepJob): Promise<void> {
    this.#ready.add(await this.#evaluate(this.#rules.relatives(job)));
  }

  async #skip(job: SweepJob, reason: string): Promise<void> {
    const folder = this.#folderOf(job);
    makeIfMissing(folder);
    const path = jobFiles.skipped(folder);
    const text = `${JSON.stringify({ reason })}\n`;
    if (textIn(path) !== text) await writeFileWhole(path, text);
    // A failure stays one until the next run.
    if (this.state.of(job.id) !== "failed") this.state.set(job, "skipped");
  }

  #folderOf({ id }: SweepJob): string {
    return sweepFiles.job(this.#options.folder, id);
  }
}

/** Makes a folder, but none that it would be in: if that has gone, the sweep's has. */
function makeIfMissing(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
    throw new OutputError(`cannot write to ${folder}: ${reasonOf(error)}`);
  }
}

function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
