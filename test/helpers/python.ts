import { spawnSync } from "node:child_process";

/** The system's Python, which the tests beside PyTorch are run in. */
export const python = "/usr/bin/python3";

/** It leaves no compiled files in the source tree, and takes one core. */
export const pythonEnvironment = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", OMP_NUM_THREADS: "1" };

/**
 * Whether Python has these modules; where it has not, a line says what is left out.
 *
 * @param leftOut such as "PyTorch is not run live".
 */
export function hasPythonModules(modules: readonly string[], leftOut: string): boolean {
  const importing = `import ${modules.join(", ")}`;
  const { status, error } = spawnSync(python, ["-c", importing], { env: pythonEnvironment, stdio: "ignore" });
  if (status === 0) return true;
  const missing = error ? `no ${python}` : `${python} has no ${modules.join(" or ")} (Debian: python3-torch)`;
  console.warn(`${leftOut}: ${missing}`);
  return false;
}
