import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
// The package declares no ES module to Node, which gives its CommonJS build as the default export.
import opentype, { type Font } from "opentype.js";

/** The family name in the bundled files, and what a browser without it falls back to. */
export const FONT_FAMILY = "Inter, Helvetica, Arial, sans-serif";

/** The weight of titles; the other one is 400. */
export const SEMI_BOLD = 600;

const bundled = (name: string) => fileURLToPath(new URL(`../../assets/fonts/${name}`, import.meta.url));

/** Inter 400 and 600 (SIL Open Font License, assets/fonts/OFL.txt). */
export const FONT_FILES = {
  regular: bundled("Inter_400Regular.ttf"),
  semiBold: bundled("Inter_600SemiBold.ttf"),
};

const loaded = new Map<string, Font>();

/** A bundled font, read once. */
export function loadFont(path: string): Font {
  let font = loaded.get(path);
  if (!font) {
    const bytes = readFileSync(path);
    font = opentype.parse(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
    );
    loaded.set(path, font);
  }
  return font;
}

/**
 * The width of a line of text in pixels: the sum of its glyphs' advances, without kerning.
 *
 * @param style `size` in pixels; `weight` as in CSS, of which 600 and more is drawn with the semi-bold file.
 */
export function textWidth(text: string, style: { readonly size: number; readonly weight?: unknown }): number {
  const isBold = style.weight === "bold" || Number(style.weight) >= SEMI_BOLD;
  const font = loadFont(isBold ? FONT_FILES.semiBold : FONT_FILES.regular);
  let units = 0;
  for (const character of text) units += font.charToGlyph(character).advanceWidth ?? 0;
  return (units * style.size) / font.unitsPerEm;
}
