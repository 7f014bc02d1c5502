import { parse } from "csv-parse/browser/esm/sync";

/** One character. */
export type Separator = string;

const KNOWN = ["block", "skip", "branch", "name"];

/** In words, for messages. */
const WORDS: Readonly<Record<string, string>> = { ",": "commas", ";": "semicolons", "\t": "tabs" };

export const separatedBy = (separator: Separator): string => WORDS[separator] ?? JSON.stringify(separator);

/** Which of comma, semicolon and tab makes most columns of a header that are known, or else most columns; if any makes two. */
export function separatorOf(header: string): Separator | undefined {
  const candidates = Object.keys(WORDS).map((separator) => {
    const names = fieldsOf(header, separator);
    const known = names.filter((name) => KNOWN.includes(name.trim().toLowerCase())).length;
    return { separator, columns: names.length, known };
  });
  candidates.sort((a, b) => b.known - a.known || b.columns - a.columns);
  const [best] = candidates;
  return best!.columns > 1 ? best!.separator : undefined;
}

/** None where quotation marks do not stand around what the separator makes fields. */
function fieldsOf(header: string, delimiter: Separator): string[] {
  try {
    const [fields = []] = parse(header, { delimiter, trim: true, to: 1 });
    return fields;
  } catch {
    return [];
  }
}
