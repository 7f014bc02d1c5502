import { RespathError } from "../../network/errors.js";

/** A plan cannot be run as it is, or not here. Nothing was changed. */
export class PlanError extends RespathError {
  override readonly exitCode = 2;
  override name = "PlanError";
}
