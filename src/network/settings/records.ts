/** What is written of a setting, or of several that are planned together. */
export interface FieldRecord {
  /** Its name in run.json, where that has it. */
  readonly record?: string;
  /** A run, or the journal of a sample, can be gone on with whatever it is; absent: only where it is the same. */
  readonly mayChange?: true;
}

type Table = Readonly<Record<string, FieldRecord>>;

/** Those of some values that run.json has, by their names there, in the order of the table. */
export function recordedOf(table: object, values: object): Readonly<Record<string, unknown>> {
  return entriesOf(table, values, ({ record }) => record);
}

/** Those of some values that must be the same where a run or a journal is gone on with, in the order of the table. */
export function comparedOf(table: object, values: object): Readonly<Record<string, unknown>> {
  return entriesOf(table, values, ({ mayChange }, name) => (mayChange ? undefined : name));
}

/** The values that are there under the names they are written by; without a name they are left out. */
function entriesOf(
  table: object,
  values: object,
  nameOf: (entry: FieldRecord, name: string) => string | undefined,
): Readonly<Record<string, unknown>> {
  const given = values as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(table as Table).flatMap(([name, entry]) => {
      const written = nameOf(entry, name);
      return written === undefined || given[name] === undefined ? [] : [[written, given[name]]];
    }),
  );
}
