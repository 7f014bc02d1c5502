import { InvalidArgumentError } from "../../network/errors.js";
import { TabulatedLaw, type TabulatedOptions } from "./tabulated-law.js";

/** A law known for k = 0…most only. It refuses to answer beyond, and entropy, which needs all of it, is NaN. */
export class TruncatedLaw extends TabulatedLaw {
  readonly #most: number;

  constructor(options: TabulatedOptions & { readonly most: number }) {
    super(options);
    this.#most = options.most;
  }

  override get entropy(): number {
    return Number.NaN;
  }

  override pmf(k: number): number {
    return super.pmf(this.#known(k));
  }

  override logPmf(k: number): number {
    return super.logPmf(this.#known(k));
  }

  override cdf(k: number): number {
    return super.cdf(this.#known(k));
  }

  override sf(k: number): number {
    return super.sf(this.#known(k));
  }

  override logCdf(k: number): number {
    return super.logCdf(this.#known(k));
  }

  override logSf(k: number): number {
    return super.logSf(this.#known(k));
  }

  protected override get lastKnown(): number {
    return Math.min(this.#most, this.support[1]);
  }

  #known(k: number): number {
    if (k >= this.#most + 1 && k < this.support[1]) {
      throw new InvalidArgumentError("k", k, `at most ${this.#most}, up to where the law was computed`);
    }
    return k;
  }
}
