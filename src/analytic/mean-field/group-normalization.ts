import { meanOf } from "./site-state.js";

export interface GroupNormalizationOptions {
  /** Images; their sites follow one another. */
  readonly count: number;
  /** Features m of a group. */
  readonly features: number;
}

/**
 * The second moments of pairs of sites [sites, sites] behind GroupNorm, or LayerNorm with one group: each image divided by the
 * standard deviation of the m features of a group over its S sites, their mean taken out.
 *
 * The mean over m independent features takes 1/m of what the sites of an image a have in common: with means over the sites of an
 * image, K(p, b) and K(a, b),
 *
 *     C(p, q) = K(p, q) − (K(p, b) + K(a, q) − K(a, b))/m,   p in image a, q in image b.
 *
 * The variance R_a has the mean ρ_a, that of C(p, p), and the relative covariances V_ab = 2 Σ_pq C(p, q)²/(m S² ρ_a ρ_b), so that to
 * first order in 1/m the quotient by √(R_a R_b) has the expectation
 *
 *     (C(p, q) (1 + ⅜ V_aa + ⅜ V_bb + ¼ V_ab) − Σ_{s in a} C(p, s) C(s, q)/(m S ρ_a) − Σ_{s in b} C(p, s) C(s, q)/(m S ρ_b))/√(ρ_a ρ_b).
 */
export function groupNormalized(pairs: Float64Array, options: GroupNormalizationOptions): Float64Array {
  const { count, features } = options;
  const sites = Math.round(Math.sqrt(pairs.length));
  const area = sites / count;
  const isWide = !Number.isFinite(features);
  const centred = isWide ? pairs : withoutMeans(pairs, { sites, area, features });
  const variances = Float64Array.from({ length: count }, (_, image) => {
    const diagonal = Float64Array.from({ length: area }, (_, p) => centred[(image * area + p) * (sites + 1)]);
    return meanOf(diagonal);
  });
  const inverse = variances.map((variance) => (variance > 0 ? 1 / variance : 0));
  const roots = inverse.map(Math.sqrt);
  const imageOf = (site: number) => Math.floor(site / area);
  const divided = (value: number, p: number, q: number) => value * roots[imageOf(p)] * roots[imageOf(q)];
  if (isWide) return centred.map((value, at) => divided(value, Math.floor(at / sites), at % sites));
  const products = productsWithinImages(centred, { sites, area });
  const each = features * area;
  const spread = relativeCovariances(centred, { sites, area, inverse }).map(
    (value) => (2 * value) / (each * area),
  );
  return centred.map((value, at) => {
    const [p, q] = [Math.floor(at / sites), at % sites];
    const [a, b] = [imageOf(p), imageOf(q)];
    const [aa, bb, ab] = [spread[a * (count + 1)], spread[b * (count + 1)], spread[a * count + b]];
    const fluctuation = 1 + 0.375 * (aa + bb) + 0.25 * ab;
    const drawn = (products[at] * inverse[a] + products[q * sites + p] * inverse[b]) / each;
    return divided(value * fluctuation - drawn, p, q);
  });
}

interface Layout {
  readonly sites: number;
  /** Sites of an image. */
  readonly area: number;
}

/** C(p, q) */
function withoutMeans(
  pairs: Float64Array,
  { sites, area, features }: Layout & { readonly features: number },
): Float64Array {
  const count = sites / area;
  // K(p, b) and K(a, b).
  const means = Float64Array.from({ length: sites * count }, (_, at) =>
    meanOf(pairs.subarray(at * area, (at + 1) * area)),
  );
  const both = new Float64Array(count * count);
  for (let at = 0; at < means.length; at++) {
    both[Math.floor(at / count / area) * count + (at % count)] += means[at] / area;
  }
  return pairs.map((value, at) => {
    const [p, q] = [Math.floor(at / sites), at % sites];
    const [a, b] = [Math.floor(p / area), Math.floor(q / area)];
    return value - (means[p * count + b] + means[q * count + a] - both[a * count + b]) / features;
  });
}

/** Σ C(p, s) C(s, q) over the sites s of the image of p. */
function productsWithinImages(centred: Float64Array, { sites, area }: Layout): Float64Array {
  const products = new Float64Array(centred.length);
  for (let p = 0; p < sites; p++) {
    const row = products.subarray(p * sites, (p + 1) * sites);
    const first = p - (p % area);
    for (let s = first; s < first + area; s++) {
      const factor = centred[p * sites + s];
      const other = centred.subarray(s * sites, (s + 1) * sites);
      for (let q = 0; q < sites; q++) row[q] += factor * other[q];
    }
  }
  return products;
}

/** Σ_pq C(p, q)²/(ρ_a ρ_b) of two images a, b. */
function relativeCovariances(
  centred: Float64Array,
  { sites, area, inverse }: Layout & { readonly inverse: Float64Array },
): Float64Array {
  const count = sites / area;
  const sums = new Float64Array(count * count);
  for (let at = 0; at < centred.length; at++) {
    const [a, b] = [Math.floor(at / sites / area), Math.floor((at % sites) / area)];
    sums[a * count + b] += centred[at] ** 2 * inverse[a] * inverse[b];
  }
  return sums;
}
