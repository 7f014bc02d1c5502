/** What the schemas of documents (docs/schemas) allow a few words only; the rest may be anybody's text. */
const OF_A_FEW_WORDS = [
  "kind",
  "along",
  "status",
  "outcome",
  "imagesFrom",
  "activation",
  "origin",
  "pictures",
] as const;

/** A document with a name in the place of every text in it. */
export function withEveryText<Document>(document: Document, name: string): Document {
  return replaced(document, name) as Document;
}

function replaced(value: unknown, name: string, field = ""): unknown {
  if ((OF_A_FEW_WORDS as readonly string[]).includes(field)) return value;
  if (typeof value === "string") return name;
  if (Array.isArray(value)) return value.map((one) => replaced(one, name, field));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, name, key)]));
}
