import { InvalidArgumentError } from "../../network/errors.js";
import { requireOneOf } from "../../network/nearest.js";
import { type BlockScale, type ResidualScheme, SCHEME_NAMES } from "../../network/scheme.js";
import { batchnorm } from "./batchnorm.js";
import { fixup } from "./fixup.js";
import { rezero } from "./rezero.js";
import { skipinit } from "./skipinit.js";
import { sqrt2 } from "./sqrt2.js";
import { unnormalized } from "./unnormalized.js";

const FIXED = { batchnorm, rezero, fixup, sqrt2, unnormalized } as const;

/** α as a function, and the text it was given as. */
export interface Alpha {
  readonly scale: BlockScale;
  readonly text: string;
}

/**
 * The scheme of a name.
 *
 * @param alpha the branch scale of `skipinit`, 1/√d if absent; the others have none.
 * @throws InvalidArgumentError for an unknown name (naming the nearest) or an `alpha` the scheme does not take.
 * @example
 * ```ts
 * resolveScheme("sqrt2").skipScale(1, 100); // 0.7071067811865476
 * ```
 */
export function resolveScheme(name: string, alpha?: Alpha): ResidualScheme {
  const known = requireOneOf("scheme", name, SCHEME_NAMES);
  if (known === "skipinit") return alpha ? skipinit(alpha.scale, alpha.text) : skipinit();
  if (alpha) {
    throw new InvalidArgumentError("alpha", alpha.text, `absent for ${known}; only skipinit takes it`);
  }
  return FIXED[known];
}
