import { InvalidArgumentError } from "../errors.js";
import type { BlockRun, NetworkPlan } from "./network-plan.js";

/** What a consumer of plans computes beyond what all of them do. */
export interface AlsoKnown {
  /** Blocks without a skip path. */
  readonly noSkip?: boolean;
}

/**
 * Whether what a plan can say is computed: an identity or weights beside the branch, nothing but a normaliser behind the merge, and
 * blocks that all read and write one stream.
 *
 * @throws InvalidArgumentError naming what is not computed yet.
 */
export function requireKnown({ runs }: Pick<NetworkPlan, "runs">, also: AlsoKnown = {}): void {
  for (const run of runs) requireKnownRun(run, also);
}

function requireKnownRun({ first, block }: BlockRun, { noSkip = false }: AlsoKnown): void {
  const refuse = (argument: string, given: unknown, allowed: string, why: string) => {
    throw new InvalidArgumentError(argument, given, `${allowed} (block ${first}): ${why} not computed yet`);
  };
  const { skip, merge, streams } = block;
  if (skip.kind === "none" && !noSkip) {
    refuse("skip", skip.kind, "identity or projection", "blocks without a skip path are");
  }
  if (merge.activation !== "linear") {
    refuse(
      "merge activation",
      merge.activation,
      "linear",
      "what an activation makes of the sum of both paths is",
    );
  }
  for (const [argument, given] of Object.entries({ reads: streams.reads, writes: streams.writes })) {
    if (given.length === 1 && given[0] === 0) continue;
    refuse(argument, given.join(", ") || "none", "stream 0", "blocks of several streams are");
  }
}
