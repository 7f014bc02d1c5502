/** What an image may be, by its first bytes. An array is one of several beginnings; a `.` is any byte. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  JPEG: ["\xff\xd8\xff"],
  PNG: ["\x89PNG\r\n\x1a\n"],
  WebP: ["RIFF....WEBP"],
  GIF: ["GIF87a", "GIF89a"],
  // The second of each: BigTIFF.
  TIFF: ["II*\0", "II+\0", "MM\0*", "MM\0+"],
};

/** What else is often called an image, for messages. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  PDF: ["%PDF-"],
  BMP: ["BM"],
  "JPEG 2000": ["\0\0\0\x0cjP  ", "\xff\x4f\xff\x51"],
  "JPEG XL": ["\xff\x0a", "\0\0\0\x0cJXL "],
  PSD: ["8BPS"],
  OpenEXR: ["\x76\x2f\x31\x01"],
};

const NAMES = [...Object.keys(FORMATS), "AVIF"];
const WORDS = `${NAMES.slice(0, -1).join(", ")} or ${NAMES.at(-1)}`;
/** Bytes in which a text says that it is SVG. */
const HEAD = 1024;

/**
 * Refuses content of a format that is not documented, whatever its file is called, before a library looks at it that would draw it: sharp
 * draws SVG, and what else it was built with.
 *
 * @throws Error saying what it is instead, if that is known.
 */
export function requireImageFormat(content: Uint8Array): void {
  const head = Buffer.from(content.buffer, content.byteOffset, Math.min(HEAD, content.length)).toString(
    "latin1",
  );
  if (nameIn(FORMATS, head) !== undefined || brandsOf(head).some((brand) => /^avi[fs]$/.test(brand))) return;
  if (head === "") throw new Error("is empty");
  const other = otherOf(head);
  throw new Error(other === undefined ? `is no ${WORDS}` : `is ${other}, not ${WORDS}`);
}

function otherOf(head: string): string | undefined {
  if (brandsOf(head).length > 0) return "HEIF or video";
  return /<svg[\s>]|<!doctype svg/i.test(head) ? "SVG" : nameIn(OTHERS, head);
}

function nameIn(formats: Readonly<Record<string, readonly string[]>>, head: string): string | undefined {
  const isSuch = (beginning: string) =>
    [...beginning].every((byte, index) => byte === "." || byte === head[index]);
  return Object.keys(formats).find((name) => formats[name]!.some(isSuch));
}

/** The brands of a file in ISO's base media format: its own, and those that it is compatible with. */
function brandsOf(head: string): string[] {
  if (head.slice(4, 8) !== "ftyp") return [];
  const size = Buffer.from(head.slice(0, 4), "latin1").readUInt32BE();
  const box = head.slice(8, size);
  // Between them is a version of four bytes.
  return (box.match(/.{4}/gs) ?? []).filter((_, index) => index !== 1);
}
