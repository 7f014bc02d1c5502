export * from "./block-plan.js";
export * from "./fixup.js";
export * from "./geometry.js";
export * from "./network-plan.js";
export * from "./per-block.js";
export * from "./plan-network.js";
export * from "./tabulated.js";
