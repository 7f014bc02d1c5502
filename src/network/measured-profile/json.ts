import { ProfileError, shown } from "./profile-error.js";
import type { MeasuredTable } from "./rows.js";
import { validateProfile } from "./schema-check.js";

/** What ajv reports of a violation, as far as it is used here. */
interface Violation {
  /** Where, as a JSON pointer: /blocks/3/skip. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface ProfileJson {
  readonly depth?: number;
  readonly blocks: readonly { readonly block: number; readonly skip: number; readonly branch: number }[];
}

const check = validateProfile as unknown as {
  (value: unknown): boolean;
  readonly errors?: readonly Violation[] | null;
};

/**
 * The rows of a measured profile in JSON, checked by docs/interop/profile.schema.json.
 *
 * @throws ProfileError naming row and column of the first violation, and when `depth` is not the number of blocks.
 */
export function tableOfJson(value: unknown, source: string): MeasuredTable {
  if (!check(value)) throw errorOf(check.errors?.[0] as Violation, value, source);
  const { depth, blocks } = value as ProfileJson;
  if (depth !== undefined && depth !== blocks.length) {
    const problem = `must be the number of blocks listed, ${blocks.length}, not ${depth}`;
    throw new ProfileError({ place: source, column: "depth" }, problem);
  }
  return { source, rows: blocks.map((row, index) => ({ ...row, place: placeOf(source, index) })) };
}

const placeOf = (source: string, index: number | string) => `${source}, blocks[${index}]`;

/** The first violation in the words that the CSV reader uses. */
function errorOf(violation: Violation, value: unknown, source: string): ProfileError {
  const { instancePath, keyword, params, message } = violation;
  const [, list, index, field] = instancePath.split("/");
  const isRow = list === "blocks" && index !== undefined;
  const place = isRow ? placeOf(source, index) : source;
  if (keyword === "required") {
    return new ProfileError({ place, column: String(params.missingProperty) }, "is missing");
  }
  if (keyword === "additionalProperties") {
    const known = isRow ? "block, skip, branch and name" : "blocks, depth and source";
    return new ProfileError({ place, column: String(params.additionalProperty) }, `is not one of ${known}`);
  }
  const column = isRow ? field : list;
  return new ProfileError(
    column === undefined ? { place } : { place, column },
    `${message ?? "is not allowed"}, not ${shown(at(value, instancePath))}`,
  );
}

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce((inner, key) => (inner as Record<string, unknown>)[key], value);
}
