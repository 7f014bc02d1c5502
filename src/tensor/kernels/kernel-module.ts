import * as tf from "@tensorflow/tfjs";
import { RespathError } from "../../network/errors.js";
import type { KernelBuild } from "./builds.js";
import type { KernelFunctions } from "./kernel-functions.js";

/** What the kernels need of tfjs's wasm backend. */
interface HeapBackend {
  readonly wasm: {
    readonly asm: Record<string, unknown>;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { memoryOffset: number } };
  disposeData(dataId: object): boolean;
  makeOutput(shape: readonly number[], dtype: "float32"): tf.TensorInfo;
}

/** A tensor of the wasm backend. */
interface OnHeap {
  readonly dataId: object;
}

/** An instance of one build on the heap of this thread's wasm backend: no number is copied in or out. */
export class KernelModule {
  readonly build: KernelBuild;
  /** What assembly/index.ts exports. */
  readonly run: KernelFunctions;
  readonly #backend: HeapBackend;
  readonly #memory: WebAssembly.Memory;
  #scratch = { block: 0, pointer: 0, floats: 0 };

  /** @throws when this Node cannot run the build. */
  constructor(build: KernelBuild, compiled: WebAssembly.Module) {
    this.build = build;
    this.#backend = tf.engine().findBackend("wasm") as unknown as HeapBackend;
    // The name of the export depends on how Emscripten was run.
    const memory = Object.values(this.#backend.wasm.asm).find((value) => value instanceof WebAssembly.Memory);
    this.#memory = memory as WebAssembly.Memory;
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    // A copy: exports are frozen, and who watches the calls puts other functions in their places (bench/roofline).
    this.run = { ...exports } as unknown as KernelFunctions;
  }

  /** Where a tensor's numbers are. Good until the tensor is disposed of; the heap may grow meanwhile. */
  pointer({ dataId }: OnHeap): number {
    return this.#backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** The same of some tensors: as many pointers, which tsc counts. */
  pointers<T extends readonly OnHeap[]>(...tensors: T): { [Index in keyof T]: number } {
    return tensors.map((tensor) => this.pointer(tensor)) as { [Index in keyof T]: number };
  }

  /**
   * A new float32 tensor, its numbers not set.
   *
   * @throws RespathError when the heap has no room for it.
   */
  output(shape: readonly number[]): tf.TensorInfo {
    const bytes = shape.reduce((product, size) => product * size, 4);
    if (bytes >= 2 ** 32) throw heapFull(`a tensor of shape [${shape.join(", ")}]`);
    const info = this.#backend.makeOutput(shape, "float32");
    // tfjs does not look, and a kernel would write to the bottom of the heap.
    if (this.pointer(info) === 0) {
      this.free(info);
      throw heapFull(`a tensor of shape [${shape.join(", ")}]`);
    }
    return info;
  }

  /** Gives back an {@link output} that no tensor was made of. */
  free({ dataId }: tf.TensorInfo): void {
    this.#backend.disposeData(dataId);
  }

  /**
   * Memory for at least so many floats, at a multiple of 64 bytes, its contents not set. There is one block, which
   * grows to the largest request: the next call gives the same one.
   *
   * @throws RespathError when the heap has no room for it.
   */
  scratch(floats: number): number {
    if (floats > this.#scratch.floats) {
      this.release();
      const block = this.#backend.wasm._malloc(4 * floats + 64);
      if (block === 0) throw heapFull(`${floats} floats of scratch memory`);
      this.#scratch = { block, pointer: (block + 63) & ~63, floats };
    }
    // The heap may reach beyond 2 GB, where & gives a negative number.
    return this.#scratch.pointer >>> 0;
  }

  /** A view of the heap. It is void once anything allocates: make it, use it, let it go. */
  floats(pointer: number, length: number): Float32Array {
    // Beyond 2 GB a pointer may have come out of the heap as a negative number.
    return new Float32Array(this.#memory.buffer, pointer >>> 0, length);
  }

  /** The same of 32-bit integers. */
  integers(pointer: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, pointer >>> 0, length);
  }

  /** How large the heap is now. */
  heapBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** Gives the scratch memory back. */
  release(): void {
    if (this.#scratch.floats > 0) this.#backend.wasm._free(this.#scratch.block);
    this.#scratch = { block: 0, pointer: 0, floats: 0 };
  }
}

function heapFull(wanted: string): RespathError {
  return new RespathError(
    `The WebAssembly heap has no room for ${wanted}; use a smaller batch or fewer blocks`,
  );
}
