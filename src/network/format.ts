import type { DocumentFormat } from "./documents/numbers.js";

/** The format of the documents that are written. */
export const FORMAT: DocumentFormat = 1;

/** What to say of a document of a format that is not known yet; undefined for others. */
export function newerFormat(document: unknown): string | undefined {
  const format = (document as { readonly format?: unknown } | null)?.format;
  if (typeof format !== "number" || !(format > FORMAT)) return undefined;
  return `was written by a newer version of respath (format ${format}; this one reads ${FORMAT}): update respath`;
}
