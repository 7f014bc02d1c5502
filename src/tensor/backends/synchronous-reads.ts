/** Of WebGPU's types, which TypeScript's DOM library lacks, what a read-back needs. */
export interface MappableBuffer {
  readonly size: number;
  readonly mapState: "unmapped" | "pending" | "mapped";
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
}

type Task = () => void;

/** Dawn's next look at its events, where one is due. */
let due: Task | undefined;
let isInstalled = false;
let isWaiting = false;

/**
 * Lets {@link mapNow} drive Dawn (npm `webgpu`). To be called before the package is loaded.
 *
 * Dawn for Node looks at its events in a native function that it hands to `setImmediate` again and again; without that
 * a buffer is never mapped. This keeps hold of the function on its way, so that it can be called at once as well.
 * Everything else that goes through `setImmediate` is left as it is.
 */
export function installEventHook(): void {
  if (isInstalled) return;
  isInstalled = true;
  const later = globalThis.setImmediate;
  const hooked = (task: (...args: unknown[]) => void, ...args: unknown[]) => {
    if (args.length > 0 || !isNative(task)) return later(task, ...args);
    due = task;
    // While waiting, the loop below calls it; what is left after that is handed on.
    return isWaiting ? undefined : later(() => runIfDue(task));
  };
  globalThis.setImmediate = Object.assign(hooked, later) as unknown as typeof setImmediate;
}

function isNative(task: object): boolean {
  return (
    typeof task === "function" && /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(task))
  );
}

function runIfDue(task: Task): void {
  if (due !== task) return;
  due = undefined;
  task();
}

/** Long enough for any kernel; a device that was lost never answers. */
const LONGEST_WAIT = 120_000;

/**
 * Maps a buffer for reading without giving up the thread, which tfjs's dataSync needs.
 *
 * @throws Error when the device does not answer.
 */
export function mapNow(buffer: MappableBuffer): ArrayBuffer {
  const READ = 1;
  const started = performance.now();
  isWaiting = true;
  try {
    buffer.mapAsync(READ).catch(() => {});
    while (buffer.mapState !== "mapped") {
      if (due) runIfDue(due);
      if (buffer.mapState === "unmapped" || performance.now() - started > LONGEST_WAIT) {
        throw new Error("the WebGPU device did not give back a result");
      }
    }
  } finally {
    isWaiting = false;
    const rest = due;
    if (rest) setImmediate(rest);
  }
  const values = buffer.getMappedRange().slice(0);
  buffer.unmap();
  return values;
}
