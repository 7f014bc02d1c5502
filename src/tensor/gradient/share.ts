import * as tf from "@tensorflow/tfjs";

/** Another tensor on the same buffer: tf.clone without the dispatch of a kernel. */
export function share<T extends tf.Tensor>(x: T): T {
  (tf.backend() as tf.KernelBackend).incRef(x.dataId);
  return tf.engine().makeTensorFromTensorInfo({ dataId: x.dataId, shape: x.shape, dtype: x.dtype }) as T;
}

/** Whether no other tensor is on this one's buffer, so that it may be written to. */
export function isSole({ dataId }: tf.Tensor): boolean {
  return (tf.backend() as tf.KernelBackend).refCount(dataId) === 1;
}
