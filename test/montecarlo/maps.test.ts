import { beforeAll, describe, expect, it } from "vitest";
import { pathLengths, resolveScheme } from "../../src/analytic/index.js";
import { predictNetwork } from "../../src/analytic/mean-field/index.js";
import { compareWithTheory, meanWithError } from "../../src/compare/index.js";
import { runTrial } from "../../src/montecarlo/forward/trial.js";
import type { TrialRecord } from "../../src/montecarlo/forward/trial-record.js";
import { type NetworkOverrides, networkOf } from "../../src/montecarlo/network/resolve-network.js";
import { parseArchitecture } from "../../src/network/index.js";
import { startTensors } from "../../src/tensor/index.js";
import { allLengths, withDeviations } from "./naive.js";

beforeAll(async () => {
  await startTensors();
});

/** Convolutional networks whose images have so many channels that all patches are equally strong and uncorrelated. */
async function samples(scheme: string, options: NetworkOverrides & { readonly trials: number }) {
  const { trials, ...overrides } = options;
  const network = networkOf(resolveScheme(scheme), {
    convolutional: true,
    imageChannels: 200,
    batch: 16,
    ...overrides,
  });
  const prediction = predictNetwork(network);
  const divided = withDeviations(network, prediction.input.secondMoment.map(Math.sqrt));
  const windows = allLengths(network.depth);
  const records: TrialRecord[] = [];
  for (let trial = 0; trial < trials; trial++) {
    records.push(await runTrial({ network: divided, seed: 4, trial, windows }));
  }
  const compare = (value: (record: TrialRecord) => number, theory: number) =>
    compareWithTheory(meanWithError(records.map(value)), theory);
  return { prediction, compare };
}

const lengthOf = ({ shares }: TrialRecord) => shares[0].share.reduce((sum, share, k) => sum + k * share, 0);

describe("sampled maps", () => {
  it("obey the law that follows shares by site, and not the Poisson-binomial of averages", async () => {
    const { prediction, compare } = await samples("batchnorm", {
      architecture: parseArchitecture("wrn-16-1"),
      channels: 24,
      imageSize: 8,
      trials: 14,
    });
    expect(Math.abs(compare(lengthOf, prediction.lawAfter(6).mean).z)).toBeLessThan(4);
    expect(compare(lengthOf, pathLengths(prediction.profile).mean).z).toBeGreaterThan(4);
  });

  it("lose less at the border behind standardised weights, whose mean is not taken out there", async () => {
    const options = { channels: 32, imageSize: 4, depth: 3, trials: 16 } as const;
    const { prediction, compare } = await samples("nfnet", { ...options, activation: "relu" });
    const last = ({ branch }: TrialRecord) => branch.secondMoment[2];
    expect(Math.abs(compare(last, prediction.branch.secondMoment[2]).z)).toBeLessThan(4);
    // The mean taken out as inside the map, which linear branches do not have.
    const linear = predictNetwork(
      networkOf(resolveScheme("nfnet"), { ...toNetwork(options), activation: "linear" }),
    );
    expect(compare(last, linear.branch.secondMoment[2]).z).toBeGreaterThan(4);
  });
});

function toNetwork({
  trials: _,
  ...overrides
}: NetworkOverrides & { readonly trials: number }): NetworkOverrides {
  return { convolutional: true, ...overrides };
}
