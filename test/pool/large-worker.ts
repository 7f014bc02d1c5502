import { worker } from "../../src/pool/worker.js";

/** Returns an object of its own for each job. */
export default worker<number, { readonly values: Float64Array }>(async (job) => ({
  values: new Float64Array(1000).fill(job),
}));
