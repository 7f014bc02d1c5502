import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs";

/** What this kernel needs of the wasm backend: a count of the tensors that share a buffer. */
interface CountingBackend {
  incRef(dataId: object): void;
}

/**
 * A clone that shares its buffer. The stock wasm kernel copies, and the tape clones every tensor it saves, so that a
 * training step would hold and move everything twice. Tensors never change once written, so sharing is safe.
 */
export const identity: KernelConfig = {
  kernelName: "Identity",
  backendName: "wasm",
  kernelFunc: ({ inputs, backend }): TensorInfo => {
    const { x } = inputs as { x: TensorInfo };
    (backend as CountingBackend).incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  },
};
