/** What becomes of files on disks, in transfers and in editors, as bytes. */
import type { Draw } from "./draw.js";

/** Bytes that no UTF-8 has: a wrong start, half of a pair, an overlong NUL, and a character that is cut off. */
const INVALID = [[0xff], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xe2, 0x82]];
const MARKS = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
];
const TOKENS = ["\0", '"', "\\", ",", "[", "}", "\n", "\r\n", ";", "1e999", "NaN", "-", "\u2028", "😀", "="];

type Change = (bytes: Uint8Array, draw: Draw) => Uint8Array;

const CHANGES: Readonly<Record<string, Change>> = {
  "bits turned": (bytes, { below }) => {
    const turned = Uint8Array.from(bytes);
    for (let count = 1 + below(8); count > 0 && turned.length > 0; count--) {
      turned[below(turned.length)] ^= 1 << below(8);
    }
    return turned;
  },
  "cut off": (bytes, { below }) => bytes.slice(0, below(bytes.length)),
  "a part missing": (bytes, draw) => {
    const [start, end] = range(bytes, draw);
    return joined(bytes.subarray(0, start), bytes.subarray(end));
  },
  "a part twice": (bytes, draw) => {
    const [start, end] = range(bytes, draw);
    return joined(bytes.subarray(0, end), bytes.subarray(start));
  },
  "a part of zeros": (bytes, draw) => Uint8Array.from(bytes).fill(0, ...range(bytes, draw)),
  "bytes more": (bytes, draw) => {
    const more = Array.from({ length: 1 + draw.below(16) }, () => draw.below(256));
    return inserted(bytes, more, draw);
  },
  "no UTF-8": (bytes, draw) => inserted(bytes, draw.oneOf(INVALID), draw),
  "a word more": (bytes, draw) => inserted(bytes, [...Buffer.from(draw.oneOf(TOKENS))], draw),
  "a byte order mark": (bytes, { oneOf }) => joined(oneOf(MARKS), bytes),
  "UTF-16": (bytes, { below }) => {
    const wide = Buffer.from(Buffer.from(bytes).toString("utf8"), "utf16le");
    return joined(below(2) === 0 ? [] : [0xff, 0xfe], below(2) === 0 ? wide : wide.swap16());
  },
};

/** A few changes, one after the other. */
export function alteredBytes(
  bytes: Uint8Array,
  draw: Draw,
): { readonly what: string; readonly bytes: Uint8Array } {
  const names = Array.from({ length: 1 + draw.below(3) }, () => draw.oneOf(Object.keys(CHANGES)));
  const altered = names.reduce((given, name) => CHANGES[name](given, draw), bytes);
  return { what: names.join(", "), bytes: altered };
}

/** The beginning of one file and the end of another. */
export function joinedAnywhere(one: Uint8Array, other: Uint8Array, { below }: Draw): Uint8Array {
  return joined(one.subarray(0, below(one.length)), other.subarray(below(other.length)));
}

/** A place and another behind it, most often near. */
function range(bytes: Uint8Array, { below }: Draw): [number, number] {
  const start = below(bytes.length);
  const most = below(2) === 0 ? 16 : bytes.length - start;
  return [start, Math.min(bytes.length, start + below(most) + 1)];
}

function inserted(bytes: Uint8Array, more: readonly number[], { below }: Draw): Uint8Array {
  const place = below(bytes.length + 1);
  return joined(bytes.subarray(0, place), more, bytes.subarray(place));
}

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part))));
}
