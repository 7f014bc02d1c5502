#!/usr/bin/env node
import module from "node:module";

// From Node 22.8 on the compiled code is kept between runs. The program is imported afterwards, so that it takes part.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
const { guardStreams, runProgram } = await import("./program.js");
guardStreams();
await runProgram(process.argv.slice(2));
