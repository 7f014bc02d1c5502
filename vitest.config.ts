import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Against hangs only: how long a test takes depends on how busy the machine is, and so must not whether it passes.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    // Two cores: TensorFlow.js in more threads than that only makes every test slower.
    maxWorkers: 2,
  },
});
