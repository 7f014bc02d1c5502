import type { SweepSettings, SweptCommand } from "../../network/documents/sweep.js";

/** Settings as what stands on a command line: `--lr=0.1`, and `--no-augment` for a switch that is off. */
export function commandLine(command: SweptCommand, settings: SweepSettings): readonly string[] {
  return [
    command,
    ...Object.entries(settings).map(([name, value]) => {
      if (typeof value === "boolean") return value ? `--${name}` : `--no-${name}`;
      // With = a value may begin with a hyphen.
      return `--${name}=${value}`;
    }),
  ];
}
