import { describe, expect, it } from "vitest";
import { resolveScheme } from "../../src/analytic/index.js";
import { differencesOf } from "../../src/compare/sampled-network.js";
import { networkOf } from "../../src/montecarlo/network/resolve-network.js";
import { InvalidArgumentError } from "../../src/network/errors.js";
import { checkFields, type Fields, pickFields } from "../../src/network/settings/fields.js";
import { POSITIVE, SHARE, SWITCH, wholeNumber } from "../../src/network/settings/kinds.js";
import { NETWORK_CHOICES } from "../../src/network/settings/network-choices.js";
import { networkRecordOf } from "../../src/network/settings/network-record.js";
import { comparedOf, recordedOf } from "../../src/network/settings/records.js";

interface Checked {
  readonly slope: number;
  readonly isOn: boolean;
  readonly mostSteps?: number;
  readonly twice: number;
}

const FIELDS: Fields<Partial<Checked>, Checked, "twice"> = {
  slope: { kind: SHARE, default: 0.25 },
  isOn: { kind: SWITCH, usual: false },
  mostSteps: { kind: wholeNumber(1, 9) },
  twice: { kind: POSITIVE },
};
const usual = { twice: ({ slope }: Checked) => 2 * slope };

describe("a table of settings", () => {
  it("fills in what is absent: a default, or what follows from the settings before; else nothing", () => {
    const checked = checkFields({ fields: FIELDS, settings: { slope: 0.5, mostSteps: undefined }, usual });
    expect(checked).toEqual({ slope: 0.5, isOn: false, mostSteps: undefined, twice: 1 });
    expect(Object.keys(pickFields(FIELDS, { ...checked, mostSteps: 3 }))).toEqual(Object.keys(FIELDS));
    expect(pickFields(FIELDS, checked)).not.toHaveProperty("mostSteps");
  });

  it.each([
    [{ slope: 1 }, "slope must be a number from 0 to less than 1, not 1"],
    [{ slope: Number.NaN }, "slope must be a number from 0 to less than 1, not NaN"],
    [{ mostSteps: 10 }, "most steps must be a whole number from 1 to 9, not 10"],
    [{ twice: Number.POSITIVE_INFINITY }, "twice must be a positive number"],
  ])("refuses %j", (settings, message) => {
    const check = () => checkFields({ fields: FIELDS, settings, usual });
    expect(check).toThrow(InvalidArgumentError);
    expect(check).toThrow(message);
  });
});

describe("what is written of settings", () => {
  const table = {
    slope: { record: "steepness" },
    mostSteps: {},
    threads: { mayChange: true, record: "threads" },
    twice: {},
  };
  const values = { twice: 4, threads: 2, slope: 0.5, other: 1 };

  it("is what run.json has a name for, in the order of the table", () => {
    expect(Object.entries(recordedOf(table, values))).toEqual([
      ["steepness", 0.5],
      ["threads", 2],
    ]);
  });

  it("and for a run that goes on all that may not change", () => {
    expect(Object.entries(comparedOf(table, values))).toEqual([
      ["slope", 0.5],
      ["twice", 4],
    ]);
  });
});

describe("the record of a network", () => {
  const network = networkOf(resolveScheme("groupnorm"), { depth: 3, width: 8, groups: 2 });
  const record = networkRecordOf({ network });

  it("is what it is drawn from", () => {
    expect(record).toEqual({
      scheme: "groupnorm",
      activation: "linear",
      normalizer: "group",
      position: "pre",
      groups: 2,
      branchLayers: 1,
      weights: "gaussian",
      gain: 1,
      inputVariance: 1,
      depth: 3,
      width: 8,
      inputDimension: 100,
      batch: 64,
    });
  });

  it("has the images that are real, and their checksums", () => {
    const maps = networkOf(resolveScheme("batchnorm"), { depth: 3, convolutional: true, imageSize: 8 });
    const gaussian = { imageSize: 8, images: "gaussian", width: 16, inputDimension: 192 };
    expect(networkRecordOf({ network: maps })).toMatchObject(gaussian);
    expect(networkRecordOf({ network: maps })).not.toHaveProperty("dataChecksums");
    const checksums = { "a.bin": "00" };
    const real = networkRecordOf({ network: maps, images: { name: "cifar10", checksums } });
    expect(real).toMatchObject({ ...gaussian, images: "cifar10", dataChecksums: checksums });
  });

  it.each(Object.keys(NETWORK_CHOICES))("tells networks of another %s apart", (name) => {
    expect(differencesOf(record, { ...record, [name]: "another" })).toEqual([name]);
    const { [name as "gain"]: _, ...without } = { ...record, [name]: "another" };
    expect(differencesOf(without as typeof record, { ...record, [name]: "another" })).toEqual([name]);
  });

  it("is the same in any order", () => {
    const reversed = Object.fromEntries(Object.entries(record).reverse()) as unknown as typeof record;
    expect(differencesOf(record, reversed)).toEqual([]);
  });
});

it("a gain has its name or is a number", () => {
  const gainOf = (gain: "lecun" | "he" | number) =>
    networkOf(resolveScheme("batchnorm"), { depth: 3, gain }).gain;
  expect([gainOf("lecun"), gainOf("he"), gainOf(1.5)]).toEqual([1, 2, 1.5]);
  expect(() => gainOf("lecum" as "lecun")).toThrow(
    /^gain must be one of lecun, he \(did you mean "lecun"\?\)/,
  );
});
