/** More lists and objects in each other than any document has, and far fewer than what goes through them could bear. */
const DEEPEST = 100;

/** What JSON.parse makes of a text. @throws SyntaxError of one line: for what is not JSON, is empty, or nests too deep. */
export function parseJson(text: string): unknown {
  if (text.trim() === "") throw new SyntaxError("it is empty");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError((error as Error).message.replace(/\s+/g, " "));
  }
  if (!hasFewGroups(text) && isDeeper(value, DEEPEST)) {
    throw new SyntaxError(`it has more than ${DEEPEST} lists and objects in each other`);
  }
  return value;
}

/** What {@link parseJson} gives, or undefined where it throws. */
export function parseJsonIfAny(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** Whether a text has no more lists and objects than may be in each other; those are most documents, also with long lists of numbers. */
function hasFewGroups(text: string): boolean {
  let count = 0;
  for (const opening of ["[", "{"]) {
    for (let at = text.indexOf(opening); at >= 0; at = text.indexOf(opening, at + 1)) {
      if (++count > DEEPEST) return false;
    }
  }
  return true;
}

/** Whether there are more lists and objects in each other than that. */
function isDeeper(value: unknown, most: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (most === 0) return true;
  const parts: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  // Most are numbers, for which a call is too much.
  for (const part of parts) if (typeof part === "object" && isDeeper(part, most - 1)) return true;
  return false;
}
