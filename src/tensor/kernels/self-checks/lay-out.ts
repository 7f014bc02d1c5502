import type { KernelModule } from "../kernel-module.js";

/** Lays arrays out in scratch memory, and gives their pointers and one to the room after them. */
export function layOut<const T extends readonly Float32Array[]>(
  kernels: KernelModule,
  arrays: T,
  room: number,
): { readonly pointers: { readonly [Index in keyof T]: number }; readonly rest: number } {
  const sizes = arrays.map(({ length }) => Math.ceil(length / 16) * 16);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let next = kernels.scratch(total + room);
  const pointers = arrays.map((values, i) => {
    kernels.floats(next, values.length).set(values);
    const pointer = next;
    next += 4 * sizes[i];
    return pointer;
  });
  return { pointers: pointers as { readonly [Index in keyof T]: number }, rest: next };
}
