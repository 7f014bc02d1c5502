/** How much of an archive is unpacked before it is given up. */
export interface UnpackLimits {
  readonly entries: number;
  /** Bytes of a wanted file, as its header says. */
  readonly entryBytes: number;
  /** Bytes of the tar archive, whatever is wanted of it. */
  readonly totalBytes: number;
  /** Bytes unpacked for each byte of a compressed archive, from `ratioFrom` bytes on: small ones may well be uniform. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

/** The largest file of the data sets is of 154 MB, the largest archive of 184 MB unpacked, which is compressed to 0.9 of that. */
export const UNPACK_LIMITS: UnpackLimits = {
  entries: 1000,
  entryBytes: 2 ** 28,
  totalBytes: 2 ** 30,
  ratio: 100,
  ratioFrom: 2 ** 26,
};

/** Counts what comes out of an archive as it comes. */
export class UnpackMeter {
  readonly #limits: UnpackLimits;
  #packed = 0;
  #unpacked = 0;
  #entries = 0;

  constructor(limits: UnpackLimits) {
    this.#limits = limits;
  }

  addPacked(bytes: number): void {
    this.#packed += bytes;
  }

  /** @throws Error when it is more than may be, or far more than went in. */
  addUnpacked(bytes: number): void {
    const { totalBytes, ratio, ratioFrom } = this.#limits;
    this.#unpacked += bytes;
    if (this.#unpacked > totalBytes) throw new Error(`it unpacks to more than ${amount(totalBytes)}`);
    if (this.#unpacked > ratioFrom && this.#unpacked > ratio * this.#packed) {
      throw new Error(`it unpacks to more than ${ratio} times its size`);
    }
  }

  /** @throws Error when there are more than may be. */
  addEntry(): void {
    this.#entries++;
    if (this.#entries > this.#limits.entries) {
      throw new Error(`it has more than ${this.#limits.entries} entries`);
    }
  }

  /** @throws Error when a file is larger than may be. */
  requireFits(name: string, bytes: number): void {
    const most = this.#limits.entryBytes;
    if (!(bytes <= most)) throw new Error(`${name} in it has ${amount(bytes)}, more than ${amount(most)}`);
  }
}

function amount(bytes: number): string {
  return bytes < 1e6 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(0)} MB`;
}
