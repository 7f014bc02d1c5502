import type { DocumentFormat, SampleFormat, ValidationFormat } from "./documents/numbers.js";

/** The format of the documents that are written, but for samples and validations. */
export const FORMAT: DocumentFormat = 1;

/** The format of the samples that are written. */
export const SAMPLE_FORMAT: SampleFormat = 3;

/** The format of the validations that are written. */
export const VALIDATION_FORMAT: ValidationFormat = 2;

/** The kinds of document that have the format of samples. */
export const SAMPLE_KINDS = ["sample", "variance-sample", "backward-sample", "sample-extrapolation"] as const;

/** The format that documents of a kind are written in. */
function formatOf(kind: unknown): number {
  if (kind === "validation") return VALIDATION_FORMAT;
  return (SAMPLE_KINDS as readonly unknown[]).includes(kind) ? SAMPLE_FORMAT : FORMAT;
}

/** What to say of a document of a format that is not known yet, or with such a one in it; undefined for others. */
export function newerFormat(document: unknown): string | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  const { kind, format, documents } = document as Readonly<Record<string, unknown>>;
  const known = formatOf(kind);
  if (typeof format === "number" && format > known) {
    return `was written by a newer version of respath (format ${format}; this one reads ${known}): update respath`;
  }
  if (kind !== "validation" || typeof documents !== "object" || documents === null) return undefined;
  for (const one of Object.values(documents)) {
    const newer = newerFormat(one);
    if (newer) return newer;
  }
  return undefined;
}
