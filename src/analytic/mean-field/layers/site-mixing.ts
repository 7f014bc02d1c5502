/** The maps that a layer is given: `count` square ones, one after the other. */
export interface Maps {
  readonly count: number;
  /** Side of each. */
  readonly size: number;
}

/** What an activation makes of sites that are z there: gain · E φ(z) φ(z') by site. */
export interface SiteProducts {
  /** Of one site with itself. */
  readonly own: Float64Array;
  /** The root of that of two sites as strong as this one, of the correlation that sites have on average. */
  readonly shared: Float64Array;
}

/**
 * What a layer does between the sites of its maps at infinitely many channels: its outputs are sums over sites that it reads, with
 * independent weights for each or the same for all. What its activation makes of one site, and the variance of its weights, is the
 * same for all kinds of layers.
 */
export interface SiteMixing<Shape> {
  /** By output site, the mean of `source` over what it reads. */
  average(source: Float64Array, layer: Shape, maps: Maps): Float64Array;
  /** By output site: the second moment, and the covariance with the mean over all sites where that of two is a product. */
  bySite(products: SiteProducts, layer: Shape, maps: Maps): SiteMoments;
  /** By pairs of output sites, of the products of pairs: from [sites, sites] to [sites', sites']. */
  byPair(products: Float64Array, layer: Shape, maps: Maps): Float64Array;
}

export interface SiteMoments {
  readonly second: Float64Array;
  readonly shared: Float64Array;
}
