import { RespathError } from "../../network/errors.js";

/** A backend that may be there. */
export interface Candidate<Name extends string> {
  readonly name: Name;
  /** Whether what it needs is installed; looks only, and starts nothing. */
  isInstalled(): boolean;
  /** Starts it and measures it. @throws RespathError when it does not run here. */
  start(): Promise<{ readonly detail: string; readonly isSoftware?: boolean; readonly milliseconds: number }>;
}

export interface Choice<Name extends string> {
  readonly name: Name;
  /** Which and why, in a line. */
  readonly reason: string;
}

/**
 * The fastest of the candidates that work, by measurement. A graphics processor that is computed by the processor does
 * not count: it is there for tests.
 *
 * @throws RespathError when none works.
 */
export async function chooseBackend<Name extends string>(
  candidates: readonly Candidate<Name>[],
): Promise<Choice<Name>> {
  const working: { name: Name; milliseconds: number }[] = [];
  const others: string[] = [];
  for (const { name, isInstalled, start } of candidates) {
    if (!isInstalled()) {
      others.push(`${name} is not installed`);
      continue;
    }
    try {
      const { detail, isSoftware, milliseconds } = await start();
      if (isSoftware) others.push(`${name} has only software (${detail})`);
      else working.push({ name, milliseconds });
    } catch (error) {
      if (!(error instanceof RespathError)) throw error;
      others.push(error.message);
    }
  }
  working.sort((a, b) => a.milliseconds - b.milliseconds);
  const [first, ...slower] = working;
  if (!first) throw new RespathError(`no backend works here: ${others.join("; ")}`);
  const compared = slower.map(({ name, milliseconds }) => `${name} takes ${milliseconds.toFixed(1)} ms`);
  const measured = `${first.milliseconds.toFixed(1)} ms for a convolution and its gradients`;
  return { name: first.name, reason: [measured, ...compared, ...others].join("; ") };
}
