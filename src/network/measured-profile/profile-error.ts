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
