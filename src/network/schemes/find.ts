import { requireOneOf } from "../nearest.js";
import { SCHEME_NAMES, SCHEMES, type SchemeName } from "./registry.js";

/** `NF-ResNet` is nfresnet, `divide by √2` dividebysqrt2, `depth-μP` depthmup. */
function lettersOf(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("√", "sqrt")
    .replaceAll("μ", "mu")
    .replace(/[^a-z0-9]/g, "");
}

/**
 * The scheme that a name stands for: its name in any case, with or without hyphens and spaces, or what it is called in tables
 * and in the literature, such as `BN` or `divide by √2`.
 *
 * @param offered those that a complaint lists; all if absent.
 * @throws InvalidArgumentError for another name, naming the nearest.
 * @example
 * ```ts
 * requireScheme("scheme", "BatchNorm"); // "batchnorm"
 * ```
 */
export function requireScheme(
  argument: string,
  name: string,
  offered: readonly SchemeName[] = SCHEME_NAMES,
): SchemeName {
  const letters = lettersOf(name);
  const known = SCHEME_NAMES.find((scheme) => {
    const { title, otherNames = [] } = SCHEMES[scheme];
    return [scheme, title, ...otherNames].some((one) => lettersOf(one) === letters);
  });
  return known ?? requireOneOf(argument, name, offered);
}
