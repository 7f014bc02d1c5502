export * from "./documents.js";
export * from "./domain.js";
export * from "./errors.js";
export * from "./nearest.js";
export * from "./scheme.js";
export * from "./variance-profile.js";
export * from "./verdict.js";
