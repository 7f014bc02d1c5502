import { describe, expect, it } from "vitest";
import { elementsOf } from "../../../src/sweep/engines/elements.js";
import { planOf } from "../fake-sweep.js";

const GIB = 2 ** 30;

/** A plan of jobs that take these seconds and GiB. */
function plan(...jobs: readonly (readonly [seconds: number, gib: number])[]) {
  return planOf({
    jobs: jobs.map(([seconds, gib], seed) => ({ at: { seed }, seconds, bytes: gib * GIB })),
  });
}

describe("the elements of a plan", () => {
  it("are its jobs, with room for the longest and the largest of them", () => {
    const { count, jobs, seconds, memory } = elementsOf(plan([600, 1], [1000, 2], [10, 1]), {
      most: 1001,
      cpus: 1,
    });
    expect({ count, jobs }).toEqual({ count: 3, jobs: 1 });
    expect(seconds).toBe(2 * 1000 + 120);
    // 1.25·2 GiB + 256 MiB.
    expect(memory).toBe(2560 + 256);
  });

  it("have several jobs each where the engine takes no more elements", () => {
    const many = plan(...Array.from({ length: 2500 }, () => [100, 1] as const));
    const one = elementsOf(many, { most: 1001, cpus: 1 });
    expect(one).toMatchObject({ count: 1001, jobs: 3, seconds: 2 * 300 + 120, memory: 1280 + 256 });
    // On two cores two of the three run at the same time, and the third after the first of them.
    const two = elementsOf(many, { most: 1001, cpus: 2 });
    expect(two).toMatchObject({ seconds: 2 * 200 + 120, memory: 2560 + 256 });
  });

  it("are no more than the groups that the plan's rules decide on together", () => {
    const jobs = [0, 1, 2, 3].map((seed) => ({ at: { lr: seed < 2 ? 0.1 : 0.2, seed } }));
    expect(elementsOf(planOf({ jobs, rules: { giveUp: { diverged: 1 } } }), { most: 1001, cpus: 1 })).toEqual(
      {
        count: 2,
        jobs: 2,
      },
    );
  });
});
