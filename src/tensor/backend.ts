import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { RespathError } from "../network/errors.js";
import { installWasmKernels } from "./kernels/index.js";

export const BACKENDS = ["wasm", "cpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

let started: Promise<BackendName> | undefined;

/**
 * Starts TensorFlow.js once in this thread, on the WebAssembly backend unless `cpu` is asked for. The wasm backend gets
 * the gradient kernels it lacks, and faster ones where its own are slow (kernels/).
 *
 * @throws RespathError when the backend does not start.
 */
export function startTensors(backend: BackendName = "wasm"): Promise<BackendName> {
  started ??= start(backend);
  return started;
}

async function start(backend: BackendName): Promise<BackendName> {
  tf.env().set("IS_TEST", true);
  if (backend === "wasm") {
    const require = createRequire(import.meta.url);
    setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"))}/`);
  }
  if (!(await tf.setBackend(backend))) {
    throw new RespathError(`TensorFlow.js could not start its ${backend} backend in Node ${process.version}`);
  }
  await tf.ready();
  if (backend === "wasm") installWasmKernels();
  return backend;
}

export { tf };
