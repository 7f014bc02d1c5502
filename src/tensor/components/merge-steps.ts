/** The path lengths low…high that are kept apart after a block; `low` holds all shorter ones too, `high` all longer. */
export interface LengthWindow {
  readonly low: number;
  readonly high: number;
}

/** What goes into h^(length) in one block: components by their length before it. */
export interface MergeStep {
  readonly length: number;
  readonly throughSkip: readonly number[];
  readonly throughBranch: readonly number[];
}

/**
 * The steps of a block, longest paths first, so that a step which replaces h^(length) comes after all that read it but
 * itself. Lengths outside the new window join its nearest end.
 */
export function mergeSteps(before: LengthWindow, after: LengthWindow): MergeStep[] {
  const joined = (length: number) => Math.min(after.high, Math.max(after.low, length));
  const steps = Array.from({ length: after.high - after.low + 1 }, (_, i) => ({
    length: after.high - i,
    throughSkip: [] as number[],
    throughBranch: [] as number[],
  }));
  for (let length = before.low; length <= before.high; length++) {
    steps[after.high - joined(length)].throughSkip.push(length);
    steps[after.high - joined(length + 1)].throughBranch.push(length);
  }
  return steps;
}
