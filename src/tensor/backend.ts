import { createRequire } from "node:module";
import { dirname } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { RespathError } from "../network/errors.js";
import { requireOneOf } from "../network/nearest.js";
import { BACKEND_CHOICES, type BackendChoice, type BackendName } from "../network/settings/backends.js";
import { type Candidate, chooseBackend } from "./backends/choose.js";
import { locatePackage } from "./backends/locate-package.js";
import { convolutionMilliseconds } from "./backends/speed.js";
import { registerTensorFlow, TENSORFLOW_PACKAGES } from "./backends/tensorflow.js";
import { registerWebGpu, WEBGPU_PACKAGES } from "./backends/webgpu.js";
import { installWasmKernels, type KernelChoice } from "./kernels/index.js";

/** What a backend runs on. */
interface Device {
  readonly detail: string;
  /** A graphics processor that the processor computes. */
  readonly isSoftware?: boolean;
}

const started = new Map<BackendName, Promise<Device>>();

/**
 * Starts TensorFlow.js in this thread, each backend once, and makes `backend` the one that new tensors are on. The wasm
 * backend gets the gradient kernels it lacks, and faster ones where its own are slow (kernels/). `auto` prints which it
 * takes and why, on one line of standard error.
 *
 * @param kernels which WebAssembly kernels to use: see selectKernels. The first start of wasm in a thread decides.
 * @throws InvalidArgumentError for another name; RespathError when the backend is not installed or does not start, or the
 * kernels asked for do not run here.
 */
export async function startTensors(
  backend: BackendChoice = "wasm",
  kernels?: KernelChoice,
): Promise<BackendName> {
  const chosen = requireOneOf("backend", backend, BACKEND_CHOICES);
  const name = chosen === "auto" ? await fastest(kernels) : chosen;
  await start(name, kernels);
  // Where it is the one already, tfjs would look through all its kernels again.
  if (tf.getBackend() !== name) await tf.setBackend(name);
  return name;
}

async function fastest(kernels?: KernelChoice): Promise<BackendName> {
  const { name, reason } = await chooseBackend(candidates(kernels));
  console.error(`respath: backend ${name}: ${reason}`);
  return name;
}

function candidates(kernels?: KernelChoice): Candidate<BackendName>[] {
  const candidate = (name: BackendName, isInstalled: () => boolean): Candidate<BackendName> => ({
    name,
    isInstalled,
    start: async () => {
      const device = await start(name, kernels);
      await tf.setBackend(name);
      return { ...device, milliseconds: device.isSoftware ? Infinity : convolutionMilliseconds() };
    },
  });
  const isThere = (one: string) => locatePackage(one) !== undefined;
  return [
    candidate("wasm", () => true),
    candidate("webgpu", () => WEBGPU_PACKAGES.every(isThere)),
    candidate("tensorflow", () => TENSORFLOW_PACKAGES.some(isThere)),
  ];
}

function start(backend: BackendName, kernels?: KernelChoice): Promise<Device> {
  let starting = started.get(backend);
  if (!starting) {
    starting = STARTS[backend](kernels);
    started.set(backend, starting);
    // What the user can put right may be tried again.
    starting.catch(() => started.delete(backend));
  }
  return starting;
}

const STARTS: Record<BackendName, (kernels?: KernelChoice) => Promise<Device>> = {
  wasm: async (kernels) => {
    const require = createRequire(import.meta.url);
    setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"))}/`);
    await initialize("wasm");
    installWasmKernels(kernels);
    return { detail: "WebAssembly" };
  },
  webgpu: async () => {
    const device = await registerWebGpu();
    await initialize("webgpu");
    return device;
  },
  tensorflow: async () => {
    const detail = await registerTensorFlow();
    await initialize("tensorflow");
    return { detail };
  },
  cpu: async () => {
    await initialize("cpu");
    return { detail: "JavaScript" };
  },
};

async function initialize(backend: BackendName): Promise<void> {
  // Or tfjs prints lines of advice for browsers. Not by IS_TEST, with which it keeps a number for each kernel that ever ran
  // (findings/tfjs-is-test-grows.sh).
  tf.enableProdMode();
  if (!(await tf.setBackend(backend))) {
    throw new RespathError(`TensorFlow.js could not start its ${backend} backend in Node ${process.version}`);
  }
  await tf.ready();
}

export { tf };
