/**
 * What is not seen and yet does something: control characters but the line break and the tab, separators of lines, those that
 * change the direction of what follows; and what is no character at all, halves of a pair among them.
 */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/**
 * A text that may repeat the names of files or of anything else, so that it cannot steer the terminal that it is shown on, and
 * is one to an XML parser and to a script: what is not seen in it is written as `\u001b`.
 */
export function safeText(text: string): string {
  return text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
