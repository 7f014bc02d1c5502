/** Numbers a piece of the memory. */
const PIECE = 1024;

/** A row of float64 numbers that grows at its end: 8 bytes each, in pieces that are never copied. */
export class NumberSeries {
  readonly #pieces: Float64Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const at = this.#length % PIECE;
    if (at === 0) this.#pieces.push(new Float64Array(PIECE));
    this.#pieces[this.#pieces.length - 1][at] = value;
    this.#length++;
  }

  toArray(): number[] {
    return this.#pieces.flatMap((piece, index) => [...piece.subarray(0, this.#length - index * PIECE)]);
  }
}
