import type { KernelLayerShape } from "../../../network/plan/index.js";
import { averageOverTaps, pairOverTaps } from "./convolution-taps.js";
import { averagePairsOverTaps } from "./pair-taps.js";
import type { SiteMixing } from "./site-mixing.js";

/** Dense layers and convolutions: an output site reads its taps, each with weights of its own. */
export const KERNEL_MIXING: SiteMixing<KernelLayerShape> = {
  average: (source, { kernel, stride }, { size }) => averageOverTaps(source, { size, kernel, stride }),
  bySite: ({ own, shared }, { kernel, stride }, { size }) => {
    const geometry = { size, kernel, stride };
    return { second: averageOverTaps(own, geometry), shared: pairOverTaps(shared, geometry) };
  },
  byPair: (products, { kernel, stride }, { size, count }) =>
    averagePairsOverTaps(products, { size, kernel, stride, count }),
};
