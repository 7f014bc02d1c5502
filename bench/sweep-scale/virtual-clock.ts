import { setImmediate } from "node:timers/promises";

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still as long as somebody works, and then jumps to where the first sleeper wakes. */
export class VirtualClock {
  /** Seconds since the beginning. */
  now = 0;
  readonly #isQuiet: (sleepers: number) => boolean | Promise<boolean>;
  /** A binary heap, the first to wake in front. */
  readonly #sleepers: Sleeper[] = [];
  #isChecking = false;

  /** @param isQuiet whether nobody but these sleepers has anything to do. */
  constructor(isQuiet: (sleepers: number) => boolean | Promise<boolean>) {
    this.#isQuiet = isQuiet;
  }

  sleep(seconds: number): Promise<void> {
    return new Promise((wake) => {
      this.#push({ until: this.now + seconds, wake });
      this.check();
    });
  }

  /** To be called whenever somebody has ended. */
  check(): void {
    if (this.#isChecking) return;
    this.#isChecking = true;
    // Those who go on at once are to be seen first.
    void setImmediate().then(async () => {
      this.#isChecking = false;
      const count = this.#sleepers.length;
      if (count === 0 || !(await this.#isQuiet(count)) || count !== this.#sleepers.length) return;
      const { until, wake } = this.#pop();
      this.now = until;
      wake();
    });
  }

  #push(one: Sleeper): void {
    const heap = this.#sleepers;
    let at = heap.push(one) - 1;
    for (let above = (at - 1) >> 1; at > 0 && heap[above]!.until > one.until; above = (at - 1) >> 1) {
      heap[at] = heap[above]!;
      at = above;
    }
    heap[at] = one;
  }

  #pop(): Sleeper {
    const heap = this.#sleepers;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && heap[below + 1]!.until < heap[below]!.until) below++;
      if (heap[below]!.until >= last.until) break;
      heap[at] = heap[below]!;
      at = below;
    }
    heap[at] = last;
    return first;
  }
}
