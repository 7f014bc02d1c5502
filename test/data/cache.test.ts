import { expect, it } from "vitest";
import { DataFolderError, withStaging } from "../../src/data/cache.js";

it.runIf(process.platform === "linux")(
  "a data folder where no folder can be made is refused, and not waited for",
  async () => {
    await expect(withStaging("/proc/self/cifar10", async () => 0)).rejects.toThrow(DataFolderError);
  },
);
