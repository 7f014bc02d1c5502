import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/**
 * Starts a worker thread with a module of ours; when this file runs from TypeScript sources, the worker does too.
 *
 * @param module as `new URL("./some-worker.js", import.meta.url)`.
 */
export function startWorker(module: URL, workerData?: unknown): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(fileURLToPath(module), { workerData });
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const loader = new URL("dist/esm/api/index.mjs", tsx).href;
  const source = module.href.replace(/\.js$/, ".ts");
  // Node 20 does not let --import register a loader before the file that a thread starts with.
  const start = [
    `import { register } from ${JSON.stringify(loader)};`,
    "register();",
    `await import(${JSON.stringify(source)});`,
  ];
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(start.join("\n"))}`), { workerData });
}
