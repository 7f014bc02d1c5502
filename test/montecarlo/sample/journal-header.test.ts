import { describe, expect, it } from "vitest";
import { parseScale } from "../../../src/analytic/expression.js";
import { configureScheme, resolveScheme } from "../../../src/analytic/index.js";
import type { SampleOptions } from "../../../src/montecarlo/index.js";
import { prepareSample } from "../../../src/montecarlo/sample/prepare-sample.js";
import { parseArchitecture } from "../../../src/network/index.js";

/** What journals of version 0.1.0 begin with, but for the kind of file. */
const BEGUN: readonly [SampleOptions, string][] = [
  [
    { scheme: resolveScheme("stochastic-depth"), depth: 5, width: 12, batch: 6 },
    '{"backward":false,"scheme":"stochastic-depth","survival":"1-0.5*i/d","depth":5,"width":12,"inputDimension":100,"batch":6,"activation":"linear","normalizer":"batch","position":"pre","branchLayers":1,"weights":"gaussian","gain":1,"shape":"dense","seed":0,"sampler":"direct","number of recorded blocks":5,"blocks with path lengths":[5],"table of scales":"0e1cfe77a22cd30b","range of path lengths":"f65bdd006990e8ea"}',
  ],
  [
    {
      scheme: configureScheme("skipinit", { alpha: parseScale("1/sqrt(i)") }),
      ...{ depth: 5, width: 12, batch: 6, inputVariance: 4 },
    },
    '{"backward":false,"scheme":"skipinit","alpha":"1/sqrt(i)","depth":5,"width":12,"inputDimension":100,"batch":6,"activation":"linear","normalizer":"none","position":"pre","branchLayers":1,"weights":"gaussian","gain":1,"shape":"dense","input variance":4,"seed":0,"sampler":"direct","number of recorded blocks":5,"blocks with path lengths":[5],"table of scales":"a26809ad28d60de5","range of path lengths":"f65bdd006990e8ea"}',
  ],
  [
    {
      scheme: resolveScheme("nfnet"),
      ...{ architecture: parseArchitecture("nf-resnet-50"), width: 16, batch: 4, activation: "relu" },
    },
    '{"backward":false,"scheme":"nfnet","alpha":"0.2","architecture":"nf-resnet-50","depth":16,"width":16,"inputDimension":100,"batch":4,"activation":"relu","normalizer":"expected","position":"pre","branchLayers":3,"weights":"gaussian","gain":2.93388441384852,"shape":"dense","seed":0,"sampler":"direct","number of recorded blocks":16,"blocks with path lengths":[16],"table of scales":"c177c5b1f5c97ae7","range of path lengths":"1b4e3b88481a2bda"}',
  ],
];

describe("a journal's header", () => {
  it.each(BEGUN)("is what it was: %#", (options, header) => {
    expect(JSON.stringify(prepareSample(options, true).header)).toBe(header);
  });
});
