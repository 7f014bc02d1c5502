// What the test of Redis does to a queue behind the workers' backs: node scripts/clusters/redis-queue.mjs ACTION URL …
//
//   again URL ID…         adds jobs that are done once more
//   other URL PLAN        begins a sweep whose plan is another version's
import { readFileSync } from "node:fs";
import { openRedisQueue } from "../../dist/sweep/engines/queue-bullmq.js";
import { sealed } from "../../dist/sweep/plan/plan-sweep.js";

const [action, url, ...rest] = process.argv.slice(2);
const queue = await openRedisQueue({ url });
if (action === "again") await queue.add(rest);
else {
  const { sha256: _, ...plan } = JSON.parse(readFileSync(rest[0], "utf8"));
  await queue.open(sealed({ ...plan, respath: "0.0.1" }));
}
await queue.close();
