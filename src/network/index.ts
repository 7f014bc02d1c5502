export { ACTIVATIONS, type Activation, BRANCH_ACTIVATIONS, type BranchActivation } from "./activations.js";
export * from "./architecture.js";
export type { Alpha, BlockScale, StagePlace } from "./block-scale.js";
export * from "./convention.js";
export { decodeText } from "./decode-text.js";
export * from "./documents.js";
export { requireInteger, requirePositive, requireProbability } from "./domain.js";
export * from "./errors.js";
export * from "./measured-profile/index.js";
export * from "./nearest.js";
export { NORMALIZER_NAMES, type NormalizerName } from "./normalizers.js";
export {
  type ArchitectureShape,
  architectureGeometry,
  type BlockPlan,
  type BlockRun,
  type ConvolutionLayer,
  type ConvolutionLayerShape,
  type CountedMoment,
  type DenseLayer,
  type DenseShape,
  type Geometry,
  type GeometryRun,
  type InitialWeights,
  type KernelKind,
  type KernelLayer,
  type KernelLayerShape,
  type LayerMaps,
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
  type SkipPlan,
  type StageOfBlocks,
  type StemPlan,
  type UniformShape,
  uniformGeometry,
} from "./plan/index.js";
export * from "./probe-lines.js";
export * from "./sampled-network.js";
export {
  configureScheme,
  type ResidualScheme,
  requireScheme,
  resolveScheme,
  SCHEME_NAMES,
  type SchemeBlock,
  type SchemeDescription,
  type SchemeName,
  type SchemeSettings,
  settingsOf,
  TRAINABLE_SCHEMES,
} from "./schemes/index.js";
export * from "./stack.js";
export * from "./stacks.js";
export * from "./variance-profile.js";
export * from "./wide-resnet-name.js";
