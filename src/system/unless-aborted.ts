/**
 * A value, or undefined as soon as the signal says so. Not by Promise.race with one promise for all waits: that keeps every value it was
 * given.
 */
export function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  if (signal.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    signal.addEventListener("abort", stop, { once: true });
    const settled = () => signal.removeEventListener("abort", stop);
    value.then(resolve, reject).finally(settled);
  });
}
