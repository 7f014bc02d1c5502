export { type BinomialOptions, binomialLaw } from "./binomial.js";
export type { PathLengthDistribution, UniformStream } from "./distribution.js";
export { type HarmonicOptions, harmonicLaw } from "./harmonic.js";
export { poissonLaw } from "./poisson.js";
export {
  fastPoissonBinomialLaw,
  type PoissonBinomialOptions,
  pathLengths,
  poissonBinomialLaw,
} from "./poisson-binomial.js";
