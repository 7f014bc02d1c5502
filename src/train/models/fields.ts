import { InvalidArgumentError } from "../../network/errors.js";
import { requireOneOf } from "../../network/nearest.js";

export interface WholeNumberRange {
  readonly least?: number;
  readonly most: number;
  /** For a field that is absent; without one it has to be there. */
  readonly absent?: number;
  readonly isOdd?: boolean;
}

/** The fields of an object that was read from JSON, each checked and named by its path, such as `stages[1].width`. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #source: string;

  /**
   * @param source what the whole was read from, for messages.
   * @param path of the object in it; empty for the whole.
   * @param known the names that the object may have.
   * @throws InvalidArgumentError for something else than an object, or one with a field of another name.
   */
  constructor(value: unknown, { source, path = "", known }: FieldsOptions) {
    this.#source = source;
    this.#path = path;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new InvalidArgumentError(this.#argument(""), shown(value), "an object");
    }
    this.#values = value as Record<string, unknown>;
    for (const name of Object.keys(value)) {
      const meant = requireOneOf(`a field of ${this.#argument("")}`, name, known);
      if (meant !== name) {
        throw new InvalidArgumentError(`a field of ${this.#argument("")}`, name, JSON.stringify(meant));
      }
    }
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined;
  }

  /** @throws InvalidArgumentError unless it is a whole number from `least` (1 if absent) to `most`. */
  wholeNumber(name: string, { least = 1, most, absent, isOdd = false }: WholeNumberRange): number {
    const value = this.#values[name] ?? absent;
    const isRight = Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
    if (isRight && !(isOdd && (value as number) % 2 === 0)) return value as number;
    const range = `${isOdd ? "an odd" : "a whole"} number from ${least} to ${most}`;
    throw this.error(name, least === most ? String(least) : range);
  }

  /** @throws InvalidArgumentError unless it is one of the names, or absent where there is a value for that. */
  oneOf<Name extends string>(name: string, names: readonly Name[], absent: Name): Name {
    const value = this.#values[name] ?? absent;
    if (typeof value !== "string") throw this.error(name, `one of ${names.join(", ")}`);
    return requireOneOf(this.#argument(name), value, names);
  }

  /** @throws InvalidArgumentError unless it is text that the pattern matches. */
  text(name: string, pattern: RegExp, allowed: string): string {
    const value = this.#values[name];
    if (typeof value === "string" && pattern.test(value)) return value;
    throw this.error(name, allowed);
  }

  /** An object in this one. */
  object(name: string, known: readonly string[]): Fields {
    return new Fields(this.#values[name], { source: this.#source, path: this.#pathOf(name), known });
  }

  /** The objects of a list; nothing where it is absent. @throws InvalidArgumentError unless there is at least one. */
  objects(name: string, known: readonly string[]): Fields[] | undefined {
    const value = this.#values[name];
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || value.length === 0) throw this.error(name, "a list of at least one object");
    return value.map(
      (one, index) =>
        new Fields(one, { source: this.#source, path: `${this.#pathOf(name)}[${index}]`, known }),
    );
  }

  /** What to throw when a field is not as it has to be. */
  error(name: string, allowed: string): InvalidArgumentError {
    return new InvalidArgumentError(this.#argument(name), shown(this.#values[name]), allowed);
  }

  #pathOf(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  #argument(name: string): string {
    const path = name === "" ? this.#path : this.#pathOf(name);
    return path === "" ? this.#source : `${this.#source}: ${path}`;
  }
}

interface FieldsOptions {
  readonly source: string;
  readonly path?: string;
  readonly known: readonly string[];
}

/** A value for a message of one line. */
function shown(value: unknown): unknown {
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" && value !== null ? "an object" : value;
}
