import { crc32, deflateSync } from "node:zlib";

export interface WrittenPng {
  readonly width: number;
  readonly height: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha. */
  readonly colourType: 0 | 2 | 3 | 4 | 6;
  readonly depth?: 8 | 16;
  /** Row by row, the samples of a pixel together. */
  readonly samples: ArrayLike<number>;
  /** RGB by entry. */
  readonly palette?: ArrayLike<number>;
  /** tRNS: the alpha of palette entries, or the one colour (16 bits a sample) that is transparent. */
  readonly transparency?: Uint8Array;
}

/** A PNG file with exactly these samples, chunk by chunk as its specification says. */
export function writePng(picture: WrittenPng): Buffer {
  const { width, height, colourType, depth = 8, samples, palette, transparency } = picture;
  const perRow = (width * { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType] * depth) / 8;
  const bytes = Buffer.alloc((perRow + 1) * height);
  for (let index = 0, perSample = depth / 8; index < samples.length; index++) {
    const at = index * perSample;
    // A byte before each row: no filter.
    const to = at + Math.floor(at / perRow) + 1;
    if (depth === 16) bytes.writeUInt16BE(samples[index], to);
    else bytes[to] = samples[index];
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    ...(palette ? [chunk("PLTE", Buffer.from(Uint8Array.from(palette)))] : []),
    ...(transparency ? [chunk("tRNS", transparency)] : []),
    chunk("IDAT", deflateSync(bytes)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}
