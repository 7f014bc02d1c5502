/**
 * The mean of each of the c channels over the pixels of each of the images: x [images, pixels, c], y [images, c].
 *
 * Four channels at a time down the pixels of an image, which is in a cache for all of them. Sums of 64 pixels are added
 * up, for the sake of precision.
 */
export function globalAveragePool(x: usize, y: usize, images: i32, pixels: i32, c: i32): void {
  const stride = (<usize>c) << 2;
  const factor: f32 = 1 / <f32>pixels;
  for (let image = 0; image < images; image++) {
    let j = 0;
    for (; j + 4 <= c; j += 4) {
      let a = x + ((<usize>j) << 2);
      let total = f32x4.splat(0);
      for (let start = 0; start < pixels; start += 64) {
        const count = min(64, pixels - start);
        let sum = f32x4.splat(0);
        for (let i = 0; i < count; i++) {
          sum = f32x4.add(sum, v128.load(a));
          a += stride;
        }
        total = f32x4.add(total, sum);
      }
      v128.store(y + ((<usize>j) << 2), f32x4.mul(total, f32x4.splat(factor)));
    }
    for (; j < c; j++) {
      let a = x + ((<usize>j) << 2);
      let total: f64 = 0;
      for (let i = 0; i < pixels; i++) {
        total += <f64>load<f32>(a);
        a += stride;
      }
      store<f32>(y + ((<usize>j) << 2), <f32>(total / <f64>pixels));
    }
    x += <usize>pixels * stride;
    y += stride;
  }
}

/** dx = dy/pixels at every pixel: dy [images, c], dx [images, pixels, c]. */
export function globalAveragePoolGradient(dy: usize, dx: usize, images: i32, pixels: i32, c: i32): void {
  const stride = (<usize>c) << 2;
  const factor: f32 = 1 / <f32>pixels;
  for (let image = 0; image < images; image++) {
    // The first pixel is computed, the others are copies of it.
    for (let j: usize = 0; j < stride; j += 4) store<f32>(dx + j, load<f32>(dy + j) * factor);
    for (let i = 1; i < pixels; i++) memory.copy(dx + <usize>i * stride, dx, stride);
    dx += <usize>pixels * stride;
    dy += stride;
  }
}
