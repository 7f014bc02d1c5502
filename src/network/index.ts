export * from "./activations.js";
export * from "./architecture.js";
export type { Alpha, BlockScale, StagePlace } from "./block-scale.js";
export * from "./convention.js";
export { decodeText } from "./decode-text.js";
export * from "./documents.js";
export * from "./domain.js";
export * from "./errors.js";
export * from "./measured-profile/index.js";
export * from "./nearest.js";
export * from "./normalizers.js";
export {
  type AlsoKnown,
  type ArchitectureShape,
  architectureGeometry,
  type BlockPlan,
  type BlockRun,
  type ConvolutionLayer,
  type CountedMoment,
  type DenseLayer,
  type Geometry,
  type GeometryRun,
  type LayerPlan,
  type LayerShape,
  type NetworkPlan,
  type Normalization,
  type PerBlock,
  type PlanChoices,
  type PlannedBatch,
  type PlanOptions,
  type PlanScales,
  type Preparation,
  planNetwork,
  requireKnown,
  type SkipPlan,
  type StageOfBlocks,
  type StemPlan,
  tabulated,
  type UniformShape,
  uniformGeometry,
  usualGain,
  usualNormalization,
} from "./plan/index.js";
export * from "./probe-lines.js";
export * from "./sampled-network.js";
export * from "./schemes/index.js";
export * from "./stack.js";
export * from "./stacks.js";
export * from "./variance-profile.js";
export * from "./wide-resnet-name.js";
