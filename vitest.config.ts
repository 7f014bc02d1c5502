import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // For what never ends; no test is to depend on how busy the machine is.
    testTimeout: 600_000,
    // Two cores: TensorFlow.js in more threads than that only makes every test slower.
    maxWorkers: 2,
  },
});
