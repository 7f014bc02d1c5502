interface Waiting {
  readonly bytes: number;
  readonly start: () => void;
}

/**
 * Bytes that pieces of work share: one waits until there is room for it, in the order in which they came. What takes more than
 * there is altogether waits until nothing else is at work, and has it to itself.
 */
export class MemoryBudget {
  readonly #total: number;
  readonly #waiting: Waiting[] = [];
  #free: number;

  constructor(total: number) {
    this.#total = total;
    this.#free = total;
  }

  async hold<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const share = Math.min(bytes, this.#total);
    await this.#take(share);
    try {
      return await work();
    } finally {
      this.#free += share;
      this.#startNext();
    }
  }

  #take(bytes: number): Promise<void> | undefined {
    if (this.#waiting.length === 0 && bytes <= this.#free) {
      this.#free -= bytes;
      return undefined;
    }
    return new Promise((start) => void this.#waiting.push({ bytes, start }));
  }

  /** A small one does not go before a large one, which might wait for ever. */
  #startNext(): void {
    for (let next = this.#waiting[0]; next && next.bytes <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.bytes;
      next.start();
    }
  }
}
