/**
 * Where tensors are computed: `wasm` (WebAssembly), `webgpu` (a graphics processor, through Dawn), `tensorflow`
 * (libtensorflow, through the user's tfjs-node or -gpu), `cpu` (plain JavaScript, slow: for comparison).
 */
export const BACKENDS = ["wasm", "webgpu", "tensorflow", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** `auto`: the fastest of wasm, webgpu and tensorflow that works here. */
export const BACKEND_CHOICES = ["auto", ...BACKENDS] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];
