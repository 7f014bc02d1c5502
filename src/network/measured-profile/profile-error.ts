import { RespathError } from "../errors.js";

/** A measured profile is not usable. `place` is the file and row, `column` what is wrong there; the message repeats both. */
export class ProfileError extends RespathError {
  override readonly exitCode = 2;
  override name = "ProfileError";
  readonly place: string;
  readonly column: string | null;

  constructor(at: { readonly place: string; readonly column?: string }, problem: string) {
    super(`${at.place}${at.column === undefined ? "" : `, column ${at.column}`}: ${problem}`);
    this.place = at.place;
    this.column = at.column ?? null;
  }
}

/** A value as an error message shows it, shortened. */
export function shown(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? "missing");
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** A name as an error message shows it: as it is, or as a shortened value where it is long or has characters that are not printed. */
export function shownName(name: string): string {
  return name.length > 40 || /\p{Cc}/u.test(name) ? shown(name) : name;
}
