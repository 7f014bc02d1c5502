import type { ResidualArchitecture, ResidualScheme } from "../../../src/network/index.js";
import {
  architectureGeometry,
  type PlanChoices,
  type PlannedBatch,
  planNetwork,
  type UniformShape,
  uniformGeometry,
} from "../../../src/network/plan/index.js";

export interface PlannedBatchOptions
  extends Partial<Omit<PlanChoices, "stem">>,
    Partial<Pick<UniformShape, "kind" | "depth" | "layers" | "width" | "size">> {
  readonly architecture?: ResidualArchitecture;
  readonly batch?: number;
}

/** A dense network, or one of maps of a `size`, behind a stem that keeps the variance. */
export function plannedBatch(scheme: ResidualScheme, options: PlannedBatchOptions = {}): PlannedBatch {
  const { architecture, batch = 16, depth = 5, layers = 1, width = 64, size = 1, ...choices } = options;
  const kind = options.kind ?? "dense";
  const geometry = architecture
    ? architectureGeometry({ kind, architecture, inputs: 3, size })
    : uniformGeometry({ kind, depth, layers, width, inputs: 100, size });
  const stem = { gain: 1, isStandardized: false };
  const plan = planNetwork({ scheme, geometry, choices: { activation: "linear", ...choices, stem } });
  return { plan, batch };
}
