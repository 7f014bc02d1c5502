/** A check of a document that ajv compiled ahead (scripts/build-checks.mjs). */
export interface Check {
  (value: unknown): boolean;
  readonly errors?: readonly Violation[] | null;
}

/** What ajv reports of a value that does not fit a schema. */
export interface Violation {
  /** Where, as a JSON pointer: /blocks/3/skip. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the value there has to fit. */
  readonly parentSchema: Schema;
  readonly data: unknown;
}

/** As much of JSON Schema as documents use. */
export interface Schema {
  /** What it allows, in words. */
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly not?: { readonly multipleOf: number };
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
}
