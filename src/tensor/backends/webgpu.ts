import * as tf from "@tensorflow/tfjs";
import { RespathError } from "../../network/errors.js";
import { locatePackage } from "./locate-package.js";
import { installEventHook, type MappableBuffer, mapNow } from "./synchronous-reads.js";

export const WEBGPU_PACKAGES = ["webgpu", "@tensorflow/tfjs-backend-webgpu"] as const;

interface Gpu {
  requestAdapter(options: object): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: { readonly vendor: string; readonly architecture: string; readonly description: string };
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(descriptor: object): Promise<unknown>;
}

type Values = Float32Array | Int32Array | Uint8Array;

/** Of tfjs's backend, what reading back without waiting for a promise needs. */
interface Backend {
  readonly tensorMap: {
    get(id: object): { values?: Values; readonly dtype: tf.DataType; readonly resource: MappableBuffer };
  };
  readonly bufferManager: {
    acquireBuffer(size: number, usage: number): MappableBuffer;
    releaseBuffer(buffer: MappableBuffer): void;
  };
  readonly commandEncoder: {
    copyBufferToBuffer(...args: [MappableBuffer, number, MappableBuffer, number, number]): void;
  };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  convertAndCacheOnCPU(id: object, values: Values): Values;
  readSync(id: object): Values;
}

/** What messages say about a device. */
export interface GpuDescription {
  readonly detail: string;
  /** Computed by the processor, as SwiftShader does: for tests, not for speed. */
  readonly isSoftware: boolean;
}

/**
 * Registers tfjs's webgpu backend on a device of Dawn (npm `webgpu`). Results are read back at once where the trainer
 * asks for them, which tfjs itself does only in a browser.
 *
 * @throws RespathError when a package is not installed, or there is no graphics processor.
 */
export async function registerWebGpu(): Promise<GpuDescription> {
  const [dawn, backend] = WEBGPU_PACKAGES.map(locatePackage);
  if (dawn === undefined || backend === undefined) {
    throw new RespathError(
      `the webgpu backend needs two packages that are not both there: npm install ${WEBGPU_PACKAGES.join(" ")}`,
    );
  }
  installEventHook();
  const { create, globals } = (await import(dawn)) as { create(flags: string[]): Gpu; globals: object };
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter)
    throw new RespathError("the webgpu backend found no graphics processor (WebGPU adapter) here");
  // Before there is a navigator.gpu, else tfjs would register a backend of its own that cannot read back.
  const { WebGPUBackend } = (await import(backend)) as unknown as {
    WebGPUBackend: new (device: unknown, info: object) => tf.KernelBackend & Backend;
  };
  Object.assign(globalThis, globals);
  // Node 20 has no navigator.
  if (globalThis.navigator === undefined) Object.assign(globalThis, { navigator: {} });
  Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
  const device = await adapter.requestDevice({ requiredLimits: limitsOf(adapter) });
  tf.registerBackend("webgpu", () => withSynchronousReads(new WebGPUBackend(device, adapter.info)), 3);
  const { vendor, architecture, description } = adapter.info;
  return {
    detail: description || `${vendor} ${architecture}`.trim(),
    isSoftware: /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${architecture} ${description}`),
  };
}

/** The limits that tfjs asks for, as large as the adapter has them. */
function limitsOf({ limits }: Adapter): Record<string, number> {
  const names = [
    "maxComputeWorkgroupStorageSize",
    "maxComputeWorkgroupsPerDimension",
    "maxStorageBufferBindingSize",
    "maxBufferSize",
    "maxComputeWorkgroupSizeX",
    "maxComputeInvocationsPerWorkgroup",
  ];
  return Object.fromEntries(names.map((name) => [name, limits[name]]));
}

function withSynchronousReads<T extends Backend>(backend: T): T {
  const COPY_DST_MAP_READ = 0x0008 | 0x0001;
  const readSync = (id: object): Values => {
    const { values, resource, dtype } = backend.tensorMap.get(id);
    if (values) return values;
    const staging = backend.bufferManager.acquireBuffer(resource.size, COPY_DST_MAP_READ);
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.commandEncoder.copyBufferToBuffer(resource, 0, staging, 0, resource.size);
    backend.submitQueue();
    const data = mapNow(staging);
    backend.bufferManager.releaseBuffer(staging);
    return backend.convertAndCacheOnCPU(id, valuesOf(data, dtype));
  };
  return Object.assign(backend, { readSync });
}

/** On the device, truth values take four bytes each. */
function valuesOf(data: ArrayBuffer, dtype: tf.DataType): Values {
  if (dtype === "int32") return new Int32Array(data);
  return dtype === "bool" ? Uint8Array.from(new Int32Array(data)) : new Float32Array(data);
}
