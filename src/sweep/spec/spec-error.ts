import { RespathError } from "../../network/errors.js";

/** A sweep's file is not as it has to be: one line that names the file and the line. */
export class SpecError extends RespathError {
  override readonly exitCode = 2;
  override name = "SpecError";

  /** @param place such as `sweep.yaml line 7`. */
  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
  }
}
