import type { TopLevelSpec } from "vega-lite";
import { safeText } from "../network/safe-text.js";

/** Characters of a text that a picture shows as it is: more than fit beside each other, and few enough to be drawn. */
const MOST = 200;
/** What is drawn at its own length. Names in legends and on axes have a limit in pixels. */
const DRAWN = ["title", "subtitle", "text"];

/**
 * A specification whose texts, whoever wrote them, are lines that SVG, HTML and Vega's expressions take: what is not seen in
 * them is written out (safeText), line breaks and tabs are spaces, and of a long one its two ends are drawn. Nothing changes
 * where that was done before.
 */
export function safePicture<Spec extends TopLevelSpec>(spec: Spec): Spec {
  return withSafeTexts(spec) as Spec;
}

/** A text as a picture draws it. */
export function drawnText(text: string): string {
  return shortened(safeWords(text), MOST);
}

/**
 * A text as the title of a channel, which Vega-Lite writes into an expression between quotes, and escapes the quotes in it but
 * no backslash: these are doubled.
 */
export function channelTitle(text: string): string {
  return shortened(safeWords(text), MOST / 2).replaceAll("\\", () => "\\\\");
}

/** The value itself where nothing in it changes: of the many points of a curve none is copied. */
function withSafeTexts(value: unknown, field = ""): unknown {
  if (typeof value === "string") return DRAWN.includes(field) ? drawnText(value) : safeWords(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return withSafeEntries(value, field);
  return isPlain(value) ? withSafeFields(value) : value;
}

function withSafeEntries(list: readonly unknown[], field: string): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const safe = withSafeTexts(list[index], field);
    if (safe === list[index]) continue;
    copy ??= list.slice();
    copy[index] = safe;
  }
  return copy ?? list;
}

function withSafeFields(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(fields)) {
    const safe = withSafeTexts(fields[key], key);
    if (safe === fields[key]) continue;
    copy ??= { ...fields };
    copy[key] = safe;
  }
  return copy ?? fields;
}

function safeWords(text: string): string {
  return safeText(/[\n\t]/.test(text) ? text.replace(/[\n\t]/g, " ") : text);
}

/** A text, or the first two thirds and the last third of what it may have. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const characters = [...text];
  if (characters.length <= most) return text;
  const tail = Math.floor(most / 3);
  return [...characters.slice(0, most - tail - 1), "…", ...characters.slice(-tail)].join("");
}

/** An object of fields, wherever it was made; dates and the like stay as they are. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    (value as object).constructor === Object || Object.prototype.toString.call(value) === "[object Object]"
  );
}
