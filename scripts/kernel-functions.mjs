/**
 * @param declarations what asc writes for `--bindings raw`.
 * @returns a TypeScript source with an interface of the exported functions, each with its parameters' names.
 */
export function kernelFunctions(declarations) {
  // Before its parameters, each function has a comment that begins with its file and its name there.
  const found = declarations.matchAll(
    /\/\*\*\n +\* (\S+)\/\w+\n(?: +\*[^\n]*\n)*? +\*\/\n +export function (\w+)\((.*)\): (\w+);/g,
  );
  const members = [...found].map(([, file, name, parameters, result]) => {
    // AssemblyScript writes batch_ where a module has a variable batch.
    const names = parameters.replaceAll("_:", ":");
    return `  /** ${file}.ts */\n  ${name}(${names}): ${result};\n`;
  });
  if (members.length !== declarations.match(/export function /g)?.length) {
    throw new Error("asc declares functions in another way than scripts/kernel-functions.mjs reads them");
  }
  return `// What assembly/index.ts exports, written by scripts/build-kernels.mjs.

/** The functions of the kernels; pointers are byte offsets into the heap. */
export interface KernelFunctions {
${members.join("")}}
`;
}
