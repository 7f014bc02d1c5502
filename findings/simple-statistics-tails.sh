#!/usr/bin/env bash
# Tails of simple-statistics: the normal distribution ends at 0.001, discrete laws end before their probabilities add up to 1.
#
# Versions: simple-statistics 7.12.1, Node 20.20 and 24.
# Guess:    that Φ(z), erf(x) and the discrete laws are float64's, to 1e-12 or so, or that the documentation names a coarser bound.
# Seen:     Φ comes from a table to z = 3.09 and is 0.001 for all below; erf of a small positive number is negative, off by 3e-8; the
#           laws stop where their sum passes 0.9999. Output:
#
#               normal tail at -6: 0.001 (9.866e-10)
#               erf(1e-10): -2.99e-8 (1.128e-10)
#               Binomial(1000, 1/2): 560 values, 8.3e-5 missing
#               Poisson(2): 10 values, 4.6e-5 missing
#               as seen before
#
# Matters:  a verdict needs p-values below 0.001, and P(K > k) of a path-length law is a tail. respath takes both from its own
#           closed forms, and from simple-statistics means, medians and straight lines in src/ (quantiles in bench/).
#
# Installs the package into a temporary folder. Exits with 1 when the behaviour is another one.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --silent simple-statistics@7.12.1

cat > tails.js << 'JS'
import {
  binomialDistribution,
  cumulativeStdNormalProbability,
  errorFunction,
  poissonDistribution,
} from "simple-statistics";

const normal = cumulativeStdNormalProbability(-6);
const erf = errorFunction(1e-10);
const laws = { "Binomial(1000, 1/2)": binomialDistribution(1000, 0.5), "Poisson(2)": poissonDistribution(2) };
const missing = (law) => 1 - law.reduce((sum, p) => sum + p, 0);

console.log(`normal tail at -6: ${normal} (9.866e-10)`);
console.log(`erf(1e-10): ${erf.toExponential(2)} (1.128e-10)`);
for (const [name, law] of Object.entries(laws)) {
  console.log(`${name}: ${law.length} values, ${missing(law).toExponential(1)} missing`);
}
const isAsSeen = normal === 0.001 && erf < 0 && Object.values(laws).every((law) => missing(law) > 1e-5);
console.log(isAsSeen ? "as seen before" : "another behaviour than before");
process.exitCode = isAsSeen ? 0 : 1;
JS
node tails.js
