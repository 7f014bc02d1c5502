/** `direct` draws the weights; `gram` draws what they make of one batch, which has the same distribution. */
export const SAMPLERS = ["direct", "gram"] as const;
export type Sampler = (typeof SAMPLERS)[number];

/** `auto` takes the cheaper of those that can. */
export type SamplerChoice = "auto" | Sampler;
export const SAMPLER_CHOICES: readonly SamplerChoice[] = ["auto", ...SAMPLERS];

/** What goes through a convolutional network: Gaussian noise, or CIFAR-10's training images. */
export const SAMPLE_IMAGES = ["gaussian", "cifar10"] as const;
export type SampleImages = (typeof SAMPLE_IMAGES)[number];

/** The numbers that a precision can be asked of, where the sample has them; the last is that of a gradient. */
export const SAMPLE_QUANTITIES = [
  "within",
  "mean-length",
  "skip-slope",
  "branch",
  "last-variance",
  "gradient-norm",
] as const;
export type SampleQuantity = (typeof SAMPLE_QUANTITIES)[number];
