export {
  BACKEND_CHOICES,
  BACKENDS,
  type BackendChoice,
  type BackendName,
} from "../network/settings/backends.js";
export { startTensors, tf } from "./backend.js";
export * from "./gradient/index.js";
export { setExactConvolutions } from "./kernels/index.js";
export * from "./ops/index.js";
export { readInto, tensorOf } from "./transfer.js";
