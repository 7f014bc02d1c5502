export * from "./component-stack.js";
export * from "./merge-steps.js";
export * from "./shares.js";
