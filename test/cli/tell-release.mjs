/*
 * Loaded before the program: says when it lets go of the signals that it caught.
 *
 *   node --import ./test/cli/tell-release.mjs dist/cli/main.js sample …
 */
import { writeSync } from "node:fs";

process.on("removeListener", (name) => {
  if (name === "SIGTERM") writeSync(1, "released\n");
});
