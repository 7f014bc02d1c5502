import { safeText } from "../network/safe-text.js";

/** What was given on the line: in quotes, or without a gap. */
const GIVEN = /"(?:[^"\\]|\\.)*"|\S+/gu;
/** Characters of it that a message repeats, at its beginning and at its end: more than most paths have. */
const [HEAD, TAIL] = [160, 60];

/** A text of one line that is safe to show, and short: of a value that goes on for long, its two ends. */
export function safeLine(text: string): string {
  return safeText(
    text
      .replace(/\s*\n\s*/g, " ")
      .replace(GIVEN, (given) =>
        given.length <= HEAD + TAIL ? given : `${given.slice(0, HEAD)}…${given.slice(-TAIL)}`,
      ),
  );
}
