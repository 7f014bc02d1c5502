import { UsageError } from "../../network/errors.js";
import { ASKED_LENGTHS } from "../../network/settings/sample-run.js";
import { givenOf } from "../options.js";
import { networkSettingsOf } from "./options.js";

export interface CompatibleArguments {
  readonly widths?: readonly number[];
  readonly batches?: readonly number[];
  readonly paths?: boolean;
  readonly backward?: boolean;
}

/** Refuses options of which one leaves nothing to the other. @throws UsageError */
export function requireCompatible(argv: CompatibleArguments): void {
  const { widths, batches, paths, backward } = argv;
  const { width, channels } = networkSettingsOf(argv);
  if (widths && batches) throw new UsageError("give --widths or --batches, not both");
  if (widths && (width !== undefined || channels !== undefined)) {
    throw new UsageError("give --widths or one width, not both");
  }
  if (backward && !paths)
    throw new UsageError("--backward splits the gradient by path length: leave --no-paths out");
  if (backward && (widths || batches)) throw new UsageError("--widths and --batches are not for --backward");
  if (paths) return;
  const needing = { ...givenOf(ASKED_LENGTHS, argv), widths, batches };
  for (const [name, value] of Object.entries(needing)) {
    if (value !== undefined)
      throw new UsageError(`\`${name}\` is about path lengths, which --no-paths leaves out`);
  }
}
