/** 1 in the build whose tiles V8's revectorizer fuses into 256-bit operations, else 0; set by scripts/build-kernels.mjs. */
declare const WIDE: i32;
/** 1 in the builds with fused multiply-add (relaxed SIMD), else 0. */
declare const FMA: i32;
