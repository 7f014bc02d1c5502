import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { startTensors } from "../../src/tensor/index.js";
import { kernels, selectKernels } from "../../src/tensor/kernels/index.js";
import { runnableBuilds } from "./helpers.js";

await startTensors("wasm");
afterAll(() => {
  selectKernels();
});

/** Names and numbers of parameters, as scripts/build-kernels.mjs has written them. */
const declared = [
  ...readFileSync(new URL("../../src/tensor/kernels/kernel-functions.ts", import.meta.url), "utf8").matchAll(
    /^ {2}(\w+)\((.*)\): (?:number|void);$/gm,
  ),
].map(([, name, parameters]) => [name, parameters === "" ? 0 : parameters.split(",").length]);

describe.each(runnableBuilds())("the type of the functions and the %s build", (build) => {
  it("have the same names and numbers of parameters", () => {
    selectKernels(build);
    const exported = Object.entries(kernels()!.run)
      .filter(([, value]) => typeof value === "function")
      .map(([name, { length }]) => [name, length]);
    expect(exported.length).toBeGreaterThan(40);
    expect(declared.sort()).toEqual(exported.sort());
  });
});

it("are what tsc holds calls against", () => {
  // Never called: `npm run typecheck` fails where one of these is no error.
  const calls = (run: NonNullable<ReturnType<typeof kernels>>["run"], pointers: number[]) => {
    run.relu(0, 0, 1);
    // @ts-expect-error: there is no such kernel.
    run.conv2dWinogard(0, 0, 0, 0);
    // @ts-expect-error: an argument is missing.
    run.relu(0, 0);
    // @ts-expect-error: there is one too many.
    run.relu(0, 0, 1, 1);
    // @ts-expect-error: nobody knows how many these are.
    run.relu(...pointers);
  };
  expect(calls).toBeTypeOf("function");
});
