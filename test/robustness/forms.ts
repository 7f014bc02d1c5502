/** The forms of files: what they are made of, as a value that can be altered, and a file of an altered one. */
import { gunzipSync, gzipSync } from "node:zlib";
import { jsonOf } from "./alterations.js";

export interface Form {
  open(bytes: Uint8Array): unknown;
  /** @param original what was opened, for what the value does not say. */
  close(value: unknown, original: Uint8Array): Uint8Array;
}

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
/** Texts as they are, nothing for what was removed, all else as JSON. */
const written = (value: unknown) =>
  typeof value === "string" ? value : value === undefined ? "" : jsonOf(value);
const entriesOf = (value: unknown) => (Array.isArray(value) ? value : [value]);
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const JSON_TEXT: Form = {
  open: (bytes) => JSON.parse(textOf(bytes)),
  close: (value) => Buffer.from(jsonOf(value)),
};

/** JSON Lines: a list. */
export const JSON_LINES: Form = {
  open: (bytes) =>
    textOf(bytes)
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line)),
  close: (value) =>
    Buffer.from(
      entriesOf(value)
        .map((line) => `${jsonOf(line)}\n`)
        .join(""),
    ),
};

/** CSV: rows of cells, none of them quoted. */
export const CSV: Form = {
  open: (bytes) =>
    textOf(bytes)
      .split("\n")
      .map((row) => row.split(separatorOf(bytes))),
  close: (value, original) =>
    Buffer.from(
      entriesOf(value)
        .map((row) => entriesOf(row).map(written).join(separatorOf(original)))
        .join("\n"),
    ),
};

function separatorOf(bytes: Uint8Array): string {
  return [";", "\t", ","].find((one) => textOf(bytes).includes(one)) ?? ",";
}

/** A text: the list of its words, numbers and signs. */
export const WORDS: Form = {
  open: (bytes) => textOf(bytes).match(/[a-z_]+|[\d.]+|\s+|./giu) ?? [],
  close: (value) => Buffer.from(entriesOf(value).map(written).join("")),
};

/** Lines of words. */
export const TEXT_LINES: Form = {
  open: (bytes) => textOf(bytes).split("\n"),
  close: (value) => Buffer.from(entriesOf(value).map(written).join("\n")),
};

/** Safetensors: the header, in which texts of JSON in the metadata are opened too. What is behind it stays. */
export const SAFETENSORS: Form = {
  open(bytes) {
    const header = JSON.parse(textOf(bytes.subarray(8, dataOf(bytes))));
    if (!isObject(header.__metadata__)) return header;
    const metadata = Object.entries(header.__metadata__).map(([name, text]) => [name, opened(text)]);
    return { ...header, __metadata__: Object.fromEntries(metadata) };
  },
  close(value, original) {
    const header =
      isObject(value) && isObject(value.__metadata__) ? { ...value, __metadata__: closed(value) } : value;
    const json = Buffer.from(jsonOf(header));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(json.length));
    return Buffer.concat([length, json, original.subarray(dataOf(original))]);
  },
};

function dataOf(bytes: Uint8Array): number {
  return 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
}

/** What a text says as JSON; other texts as they are. */
function opened(text: unknown): unknown {
  try {
    return { json: JSON.parse(String(text)) };
  } catch {
    return text;
  }
}

function closed({ __metadata__ }: Readonly<Record<string, unknown>>) {
  const entries = Object.entries(__metadata__ as Readonly<Record<string, unknown>>);
  return Object.fromEntries(
    entries.map(([name, one]) => [name, isObject(one) && "json" in one ? jsonOf(one.json) : one]),
  );
}

/** The fields of an entry's header in a tar archive: where each is, and how long. */
const TAR_FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  link: [157, 100],
  magic: [257, 8],
  user: [265, 32],
  group: [297, 32],
  prefix: [345, 155],
} as const;
const BLOCK = 512;

/** A tar archive, gzipped: the headers of its entries. A checksum that is not altered is made to fit. */
export const TAR: Form = {
  open(bytes) {
    const archive = gunzipSync(bytes);
    return placesOf(archive).map((place) =>
      Object.fromEntries(
        Object.entries(TAR_FIELDS).map(([name, [start, length]]) => [
          name,
          archive.toString("latin1", place + start, place + start + length).replace(/\0+$/, ""),
        ]),
      ),
    );
  },
  close(value, original) {
    const archive = gunzipSync(original);
    const blocks = Array.isArray(value) ? value : [];
    for (const [index, place] of placesOf(archive).entries()) {
      const entry = isObject(blocks[index]) ? blocks[index] : {};
      const before = archive.toString("latin1", place + 148, place + 156).replace(/\0+$/, "");
      for (const [name, [start, length]] of Object.entries(TAR_FIELDS)) {
        archive.fill(0, place + start, place + start + length);
        archive.write(written(entry[name]), place + start, length, "latin1");
      }
      if (entry.checksum === before) writeChecksum(archive.subarray(place, place + BLOCK));
    }
    return gzipSync(archive, { level: 1 });
  },
};

/** Where the headers of an archive are. */
function placesOf(archive: Buffer): number[] {
  const places: number[] = [];
  for (let place = 0; place < archive.length && archive[place] !== 0; ) {
    places.push(place);
    const size = Number.parseInt(archive.toString("latin1", place + 124, place + 136), 8) || 0;
    place += BLOCK * (1 + Math.ceil(size / BLOCK));
  }
  return places;
}

function writeChecksum(header: Buffer): void {
  header.fill(0x20, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
}
