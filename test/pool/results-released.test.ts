import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { runInOrder } from "../../src/pool/index.js";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

it("a pool that goes on keeps no result that was taken", async () => {
  const module = new URL("./large-worker.js", import.meta.url);
  const jobs = Array.from({ length: 200 }, (_, job) => ({ job, name: `job ${job}` }));
  const seen: WeakRef<object>[] = [];
  for await (const result of runInOrder<number, { readonly values: Float64Array }>({
    module,
    jobs,
    workers: 2,
  })) {
    seen.push(new WeakRef(result));
    if (seen.length < 150) continue;
    // What a turn of the event loop has seen lives until the next one.
    for (let turn = 0; turn < 3; turn++) {
      await nextTurn();
      collect();
    }
    break;
  }
  const kept = seen.slice(0, 140).filter((result) => result.deref() !== undefined);
  expect(kept).toHaveLength(0);
});
