import type { Verdict } from "../network/documents/verdict.js";
import { InvalidArgumentError } from "../network/errors.js";
import { requireOneOf } from "../network/nearest.js";
import { option } from "./options.js";

/** The verdicts that a script may stop at. */
const FAILING = ["differs", "cannot-tell"] as const;
type Failing = (typeof FAILING)[number];

/** The exit code of a command whose verdict is one that it was told to fail on; errors have 1 and 2. */
export const FAILED_VERDICT = 3;

/** `--fail-on differs`, or with cannot-tell after a comma. */
export const failOnOption = option(
  "fail-on",
  (argument, text): readonly Failing[] => {
    const names = text.split(",");
    if (names.includes("")) {
      throw new InvalidArgumentError(argument, text, `${FAILING.join(", ")}, or both: ${FAILING.join()}`);
    }
    return names.map((name) => requireOneOf(argument, name, FAILING));
  },
  {
    describe: `for scripts: end with exit code ${FAILED_VERDICT} at this verdict: differs, cannot-tell, or both with a comma; 0 whatever it is if absent`,
  },
);

/** Sets the exit code of the process where one of the verdicts is among those to fail on. */
export function failOn(
  failing: readonly string[] | undefined,
  verdicts: readonly Pick<Verdict, "status">[],
): void {
  if (failing && verdicts.some(({ status }) => failing.includes(status))) process.exitCode = FAILED_VERDICT;
}
