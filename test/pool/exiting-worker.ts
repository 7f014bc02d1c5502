import { existsSync, writeFileSync } from "node:fs";
import { worker } from "../../src/pool/worker.js";

/** Ends its thread at the first attempt, which leaves `marker` behind; always, if there is no marker. Else its number. */
export default worker<{ readonly number: number; readonly marker?: string }, number>(
  async ({ number, marker }) => {
    if (marker !== undefined && existsSync(marker)) return number;
    if (marker !== undefined) writeFileSync(marker, "");
    process.exit(7);
  },
);
