export {
  absentFor,
  configureScheme,
  type ResidualScheme,
  resolveScheme,
  settingsOf,
  takersOf,
} from "./configure.js";
export type {
  NotTrained,
  SchemeBlock,
  SchemeDefinition,
  SchemeDescription,
  SchemeSettings,
  SchemeTraining,
} from "./definition.js";
export { requireScheme } from "./find.js";
export { SCHEME_NAMES, SCHEMES, type SchemeName, TRAINABLE_SCHEMES, trainingOf } from "./registry.js";
