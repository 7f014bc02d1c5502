import { madd } from "./vector";

/** Floats of scratch that {@link multiplyAddPeak} needs: 26 vectors. */
export function multiplyAddPeakScratch(): i32 {
  return 26 * 4;
}

/**
 * Nothing but multiply-adds on registers, `rounds` of them on each of 24 vectors, for measuring what the core can do: 2·4·24·rounds
 * operations. In adjacent pairs, as the tiles are, so that the revectorizer makes 12 registers of 256 bits of them.
 * The sums begin and end in `scratch`, which keeps them from being optimised away.
 */
export function multiplyAddPeak(rounds: i32, scratch: usize): void {
  let c00 = v128.load(scratch, 0);
  let c01 = v128.load(scratch, 16);
  let c02 = v128.load(scratch, 32);
  let c03 = v128.load(scratch, 48);
  let c04 = v128.load(scratch, 64);
  let c05 = v128.load(scratch, 80);
  let c06 = v128.load(scratch, 96);
  let c07 = v128.load(scratch, 112);
  let c08 = v128.load(scratch, 128);
  let c09 = v128.load(scratch, 144);
  let c10 = v128.load(scratch, 160);
  let c11 = v128.load(scratch, 176);
  let c12 = v128.load(scratch, 192);
  let c13 = v128.load(scratch, 208);
  let c14 = v128.load(scratch, 224);
  let c15 = v128.load(scratch, 240);
  let c16 = v128.load(scratch, 256);
  let c17 = v128.load(scratch, 272);
  let c18 = v128.load(scratch, 288);
  let c19 = v128.load(scratch, 304);
  let c20 = v128.load(scratch, 320);
  let c21 = v128.load(scratch, 336);
  let c22 = v128.load(scratch, 352);
  let c23 = v128.load(scratch, 368);
  for (let r = 0; r < rounds; r++) {
    const x = v128.load32_splat(scratch, 384),
      a = v128.load(scratch, 384),
      b = v128.load(scratch, 400);
    c00 = madd(x, a, c00);
    c01 = madd(x, b, c01);
    c02 = madd(x, a, c02);
    c03 = madd(x, b, c03);
    c04 = madd(x, a, c04);
    c05 = madd(x, b, c05);
    c06 = madd(x, a, c06);
    c07 = madd(x, b, c07);
    c08 = madd(x, a, c08);
    c09 = madd(x, b, c09);
    c10 = madd(x, a, c10);
    c11 = madd(x, b, c11);
    c12 = madd(x, a, c12);
    c13 = madd(x, b, c13);
    c14 = madd(x, a, c14);
    c15 = madd(x, b, c15);
    c16 = madd(x, a, c16);
    c17 = madd(x, b, c17);
    c18 = madd(x, a, c18);
    c19 = madd(x, b, c19);
    c20 = madd(x, a, c20);
    c21 = madd(x, b, c21);
    c22 = madd(x, a, c22);
    c23 = madd(x, b, c23);
  }
  v128.store(scratch, c00, 0);
  v128.store(scratch, c01, 16);
  v128.store(scratch, c02, 32);
  v128.store(scratch, c03, 48);
  v128.store(scratch, c04, 64);
  v128.store(scratch, c05, 80);
  v128.store(scratch, c06, 96);
  v128.store(scratch, c07, 112);
  v128.store(scratch, c08, 128);
  v128.store(scratch, c09, 144);
  v128.store(scratch, c10, 160);
  v128.store(scratch, c11, 176);
  v128.store(scratch, c12, 192);
  v128.store(scratch, c13, 208);
  v128.store(scratch, c14, 224);
  v128.store(scratch, c15, 240);
  v128.store(scratch, c16, 256);
  v128.store(scratch, c17, 272);
  v128.store(scratch, c18, 288);
  v128.store(scratch, c19, 304);
  v128.store(scratch, c20, 320);
  v128.store(scratch, c21, 336);
  v128.store(scratch, c22, 352);
  v128.store(scratch, c23, 368);
}
