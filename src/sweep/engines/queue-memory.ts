import type { SweepPlanDocument } from "../../network/documents/sweep.js";
import type { EndedJob, JobOutcome, JobQueue, QueueCounts, WorkOptions } from "./queue.js";

interface Entry {
  state: "waiting" | "running" | "ended";
  isAgain: boolean;
  outcome?: JobOutcome;
}

/** A queue within one process. */
export class MemoryQueue implements JobQueue {
  #plan: SweepPlanDocument | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #ended = new Map<string, JobOutcome>();
  #waiting: string[] = [];
  /** Those in front of it have been given out. */
  #first = 0;
  #running = 0;
  /** Called when there may be something to do. */
  #toWake: (() => void)[] = [];
  #toLook: (() => void)[] = [];

  async open(plan: SweepPlanDocument): Promise<string> {
    this.#plan ??= plan;
    return this.#plan.sha256;
  }

  async sum(): Promise<string | undefined> {
    return this.#plan?.sha256;
  }

  async planText(): Promise<string | undefined> {
    return this.#plan && JSON.stringify(this.#plan);
  }

  async add(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#entries.has(id)) continue;
      this.#entries.set(id, { state: "waiting", isAgain: false });
      this.#waiting.push(id);
    }
    this.#wake();
  }

  async ended(most: number): Promise<readonly EndedJob[]> {
    const found: EndedJob[] = [];
    for (const [id, outcome] of this.#ended) {
      if (found.length === most) break;
      found.push({ id, outcome });
    }
    return found;
  }

  async forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#entries.get(id)?.state === "running") this.#running--;
      this.#ended.delete(id);
      this.#entries.delete(id);
    }
  }

  async counts(): Promise<QueueCounts> {
    const waiting = this.#waiting.length - this.#first;
    return { waiting, running: this.#running, ended: this.#ended.size };
  }

  async rest(): Promise<void> {
    if (this.#ended.size > 0 || !this.#plan) return;
    await new Promise<void>((resolve) => this.#toLook.push(resolve));
  }

  async work({ atOnce, signal, attempt }: WorkOptions): Promise<void> {
    const wake = () => this.#wake();
    signal.addEventListener("abort", wake);
    const taker = async () => {
      for (;;) {
        while (!this.#isOver(signal) && this.#first === this.#waiting.length) {
          await new Promise<void>((resolve) => this.#toWake.push(resolve));
        }
        if (this.#isOver(signal)) return;
        await this.#give({ signal, attempt });
      }
    };
    try {
      await Promise.all(Array.from({ length: atOnce }, taker));
    } finally {
      signal.removeEventListener("abort", wake);
    }
  }

  /** Takes a job for one whose worker is lost, as an engine does whose lock is not renewed in time: it is given to another. */
  lose(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.state === "running") this.#giveBack(id, entry, true);
  }

  async end(): Promise<void> {
    this.#plan = undefined;
    this.#entries.clear();
    this.#ended.clear();
    [this.#waiting, this.#first, this.#running] = [[], 0, 0];
    this.#wake();
    this.#look();
  }

  async close(): Promise<void> {}

  #isOver(signal: AbortSignal): boolean {
    return signal.aborted || !this.#plan;
  }

  async #give({ signal, attempt }: Omit<WorkOptions, "atOnce">): Promise<void> {
    const id = this.#waiting[this.#first++]!;
    const entry = this.#entries.get(id);
    if (entry?.state !== "waiting") return;
    entry.state = "running";
    this.#running++;
    let outcome: JobOutcome | undefined;
    try {
      outcome = await attempt({ id, isAgain: entry.isAgain, signal });
    } finally {
      // The first to say what has become of it is believed.
      if (this.#entries.get(id) === entry && entry.state === "running") {
        if (outcome) this.#keep(id, entry, outcome);
        else this.#giveBack(id, entry, entry.isAgain);
      }
    }
  }

  #keep(id: string, entry: Entry, outcome: JobOutcome): void {
    this.#running--;
    entry.state = "ended";
    this.#ended.set(id, outcome);
    this.#look();
  }

  #giveBack(id: string, entry: Entry, isAgain: boolean): void {
    this.#running--;
    Object.assign(entry, { state: "waiting", isAgain });
    this.#waiting.push(id);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#toWake.splice(0)) resolve();
  }

  #look(): void {
    for (const resolve of this.#toLook.splice(0)) resolve();
  }
}
