#!/usr/bin/env node
import module from "node:module";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader of a pipe went away (`| head`): nothing is wrong.
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

// From Node 22.8 on the compiled code is kept between runs. The program is imported afterwards, so that it takes part.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
const { runProgram } = await import("./program.js");
await runProgram(process.argv.slice(2));
