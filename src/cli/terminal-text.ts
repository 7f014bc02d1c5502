/** Control characters but the line break and the tab, and those that change the direction of what follows. */
const UNSAFE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
/** What was given on the line: in quotes, or without a gap. */
const GIVEN = /"(?:[^"\\]|\\.)*"|\S+/gu;
/** Characters of it that a message repeats, at its beginning and at its end: more than most paths have. */
const [HEAD, TAIL] = [160, 60];

/** A text that may repeat the names of files or of anything else, so that it cannot steer the terminal that it is shown on. */
export function safeText(text: string): string {
  return text.replace(UNSAFE, (character) =>
    "\n\t".includes(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The same on one line, and short: of a value that goes on for long, its two ends. */
export function safeLine(text: string): string {
  return safeText(
    text
      .replace(/\s*\n\s*/g, " ")
      .replace(GIVEN, (given) =>
        given.length <= HEAD + TAIL ? given : `${given.slice(0, HEAD)}…${given.slice(-TAIL)}`,
      ),
  );
}
