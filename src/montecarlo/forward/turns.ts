import { setImmediate as nextTurn } from "node:timers/promises";

/** Milliseconds of work between two looks at the event loop. */
const TURN = 50;

/** Lets long work in this thread be interrupted: timers, Ctrl-C and aborts are seen to every 50 ms. */
export class Turns {
  readonly #signal: AbortSignal | undefined;
  #last = performance.now();

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** @throws the signal's reason when it is aborted. */
  async next(): Promise<void> {
    if (performance.now() - this.#last > TURN) {
      await nextTurn();
      this.#last = performance.now();
    }
    this.#signal?.throwIfAborted();
  }
}
