import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // Two cores: TensorFlow.js in more threads than that only makes every test slower.
    maxWorkers: 2,
  },
});
