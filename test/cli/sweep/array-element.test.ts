import { describe, expect, it } from "vitest";
import { arrayElement } from "../../../src/cli/sweep/array-element.js";

/** What Slurm sets in an element of an array, by its man page and as a real one does. */
function slurm(id: number, array: { count: number; min: number; max: number; step?: number }) {
  const { count, min, max, step = 1 } = array;
  return {
    SLURM_ARRAY_TASK_ID: String(id),
    SLURM_ARRAY_TASK_COUNT: String(count),
    SLURM_ARRAY_TASK_MIN: String(min),
    SLURM_ARRAY_TASK_MAX: String(max),
    SLURM_ARRAY_TASK_STEP: String(step),
  };
}

describe("the element of an array", () => {
  it("is what was given, whatever an engine says", () => {
    const environment = slurm(3, { count: 4, min: 0, max: 3 });
    expect(arrayElement({ index: 0, of: 2, environment })).toEqual({ index: 0, of: 2 });
  });

  it("is counted from where Slurm's array starts, by its step", () => {
    const of = (id: number, array: Parameters<typeof slurm>[1]) =>
      arrayElement({ environment: slurm(id, array) });
    expect(of(0, { count: 20, min: 0, max: 19 })).toEqual({ index: 0, of: 20 });
    expect(of(20, { count: 20, min: 1, max: 20 })).toEqual({ index: 19, of: 20 });
    expect(of(9, { count: 3, min: 5, max: 13, step: 4 })).toEqual({ index: 1, of: 3 });
  });

  it("is Slurm's index itself where the number of shards is given: a part can be submitted again", () => {
    const again = slurm(7, { count: 2, min: 3, max: 7 });
    expect(arrayElement({ of: 20, environment: again })).toEqual({ index: 7, of: 20 });
    // Slurm 22.05 says a step of 1 for --array=0,1,5.
    const gaps = slurm(1, { count: 3, min: 0, max: 5 });
    expect(() => arrayElement({ environment: gaps })).toThrow(/give --of: the array is a list with gaps/);
    expect(arrayElement({ of: 6, environment: gaps })).toEqual({ index: 1, of: 6 });
    const fromOne = slurm(1, { count: 20, min: 1, max: 20 });
    expect(() => arrayElement({ of: 20, environment: fromOne })).toThrow(/--array=0-19/);
  });

  it("is counted from 0 by Kubernetes, which does not say how many there are, and by AWS Batch", () => {
    const pod = { JOB_COMPLETION_INDEX: "0" };
    expect(arrayElement({ of: 5, environment: pod })).toEqual({ index: 0, of: 5 });
    expect(() => arrayElement({ environment: pod })).toThrow(/give --of/);
    const batch = { AWS_BATCH_JOB_ARRAY_INDEX: "9", AWS_BATCH_JOB_ARRAY_SIZE: "10" };
    expect(arrayElement({ environment: batch })).toEqual({ index: 9, of: 10 });
  });

  it("is refused where nobody says it, several do, or it is none", () => {
    expect(() => arrayElement({ of: 2, environment: {} })).toThrow(
      /give --index: none of SLURM_ARRAY_TASK_ID/,
    );
    const both = { JOB_COMPLETION_INDEX: "1", AWS_BATCH_JOB_ARRAY_INDEX: "1" };
    expect(() => arrayElement({ of: 2, environment: both })).toThrow(
      "JOB_COMPLETION_INDEX and AWS_BATCH_JOB_ARRAY_INDEX are both set",
    );
    expect(() => arrayElement({ index: 2, of: 2, environment: {} })).toThrow(/counted from 0 to 1/);
    expect(() => arrayElement({ of: 2, environment: { JOB_COMPLETION_INDEX: "-1" } })).toThrow(
      /whole number/,
    );
  });
});
