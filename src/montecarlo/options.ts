import { requireInteger } from "../network/domain.js";
import { InvalidArgumentError } from "../network/errors.js";
import { requireOneOf } from "../network/nearest.js";
import { ACTIVATIONS, type Activation, type ResidualScheme } from "../network/scheme.js";

/** A fully connected residual network at initialisation, and how many of them to draw. */
export interface SampleOptions {
  readonly scheme: ResidualScheme;
  /** `linear` if absent. */
  readonly activation?: Activation;
  /** Residual blocks. */
  readonly depth: number;
  /** Features of every block; 128 if absent. */
  readonly width?: number;
  /** Inputs that go through a network together; 64 if absent. */
  readonly batch?: number;
  /** Independent networks, each with its own weights and inputs; 8 if absent. */
  readonly trials?: number;
  /** 0 if absent. */
  readonly seed?: number;
  /** Dimensions of the Gaussian input; 100 if absent. */
  readonly inputDimension?: number;
  /** The k of which P(K ≤ k) is compared; the theory's 97 % quantile if absent. */
  readonly within?: readonly number[];
  /** Called after each trial with the number done. */
  readonly onTrial?: (done: number, trials: number) => void;
  readonly signal?: AbortSignal;
}

/** {@link SampleOptions} with every default filled in and every value checked. */
export interface ResolvedSampleOptions {
  readonly scheme: ResidualScheme;
  readonly activation: Activation;
  readonly depth: number;
  readonly width: number;
  readonly batch: number;
  readonly trials: number;
  readonly seed: number;
  readonly inputDimension: number;
}

/** Numbers in one weight matrix or one stack of components: 1 GB of float32 of the 4 GB a WebAssembly heap can have. */
const MOST_NUMBERS = 2 ** 28;

/**
 * Fills in the defaults.
 *
 * @throws InvalidArgumentError for a value outside its domain, or a batch that is too small for batch statistics.
 */
export function resolveSampleOptions(options: SampleOptions): ResolvedSampleOptions {
  const { scheme } = options;
  requireSampleable(scheme);
  const width = requireInteger("width", options.width ?? 128, 1, 2 ** 14);
  const batch = requireInteger("batch", options.batch ?? 64, 1);
  if (scheme.branchInput === "normalized" && batch < 2) {
    throw new InvalidArgumentError(
      "batch",
      batch,
      `at least 2 for ${scheme.name} (one input has no batch variance)`,
    );
  }
  requireFits("batch", batch, width);
  const inputDimension = requireInteger("inputDimension", options.inputDimension ?? 100, 1);
  requireFits("inputDimension", inputDimension, Math.max(width, batch));
  return {
    scheme,
    activation: requireOneOf("activation", options.activation ?? "linear", ACTIVATIONS),
    depth: requireInteger("depth", options.depth, 1),
    width,
    batch,
    trials: requireInteger("trials", options.trials ?? 8, 1),
    seed: requireInteger("seed", options.seed ?? 0, 0),
    inputDimension,
  };
}

/** Throws {@link InvalidArgumentError} for a scheme that does more than BatchNorm in the branch and two scales. */
function requireSampleable(scheme: ResidualScheme): void {
  const { branchInput, normalizer = "batch", normalizesMerge, survival } = scheme;
  const why =
    branchInput === "normalized" && normalizer !== "batch"
      ? "its normaliser is not BatchNorm"
      : normalizesMerge
        ? "it normalises the merged sum"
        : survival
          ? "it drops branches at random"
          : undefined;
  if (why === undefined) return;
  throw new InvalidArgumentError(
    "scheme",
    scheme.name,
    `one of raw branches or BatchNorm to be sampled, such as batchnorm or skipinit (${why}); paths and variance predict it`,
  );
}

/** Throws {@link InvalidArgumentError} when `value` rows of `columns` numbers do not fit into a WebAssembly heap. */
export function requireFits(argument: string, value: number, columns: number): void {
  const most = Math.floor(MOST_NUMBERS / columns);
  if (value > most)
    throw new InvalidArgumentError(argument, value, `at most ${most} at this size of network`);
}
