import { InvalidArgumentError } from "../../network/errors.js";
import { type ResidualScheme, SCHEME_NAMES, type SchemeName } from "../../network/scheme.js";
import { requireScheme } from "../../network/scheme-names.js";
import { batchnorm } from "./batchnorm.js";
import { custom } from "./custom.js";
import { deepnorm } from "./deepnorm.js";
import { depthMup } from "./depth-mup.js";
import { fixup } from "./fixup.js";
import { groupnorm } from "./groupnorm.js";
import { layernorm } from "./layernorm.js";
import { layerscale } from "./layerscale.js";
import { nfnet } from "./nfnet.js";
import { postLn } from "./post-ln.js";
import { preLn } from "./pre-ln.js";
import { rezero } from "./rezero.js";
import type { Alpha, SchemeSettings } from "./scale.js";
import { skipinit } from "./skipinit.js";
import { sqrt2 } from "./sqrt2.js";
import { stableResnet } from "./stable-resnet.js";
import { stochasticDepth } from "./stochastic-depth.js";
import { unnormalized } from "./unnormalized.js";

export type { Alpha, SchemeSettings } from "./scale.js";

type Setting = keyof SchemeSettings;

interface Entry {
  /** What the user may set of it. */
  readonly takes: readonly Setting[];
  readonly make: (settings: SchemeSettings) => ResidualScheme;
}

const fixed = (scheme: ResidualScheme): Entry => ({ takes: [], make: () => scheme });

const SCHEMES: Readonly<Record<SchemeName, Entry>> = {
  batchnorm: fixed(batchnorm),
  layernorm: fixed(layernorm),
  groupnorm: fixed(groupnorm),
  skipinit: { takes: ["alpha"], make: skipinit },
  rezero: fixed(rezero),
  fixup: fixed(fixup),
  sqrt2: fixed(sqrt2),
  unnormalized: fixed(unnormalized),
  nfnet: { takes: ["alpha"], make: nfnet },
  "pre-ln": fixed(preLn),
  "post-ln": fixed(postLn),
  deepnorm: { takes: ["alpha", "skip"], make: deepnorm },
  "depth-mup": fixed(depthMup),
  "stable-resnet": fixed(stableResnet),
  layerscale: { takes: ["alpha"], make: layerscale },
  "stochastic-depth": { takes: ["alpha", "survival", "normalized"], make: stochasticDepth },
  custom: { takes: ["alpha", "skip", "normalized"], make: custom },
};

/** What the user may set of a scheme, such as "alpha" of skipinit. */
export function settingsOf(name: SchemeName): readonly (keyof SchemeSettings)[] {
  return SCHEMES[name].takes;
}

/**
 * The scheme of a name, in any case or as it is titled ({@link requireScheme}), with its default scales, or with the branch scale `alpha`.
 *
 * @param alpha the branch scale, for the schemes that take one: 1/√d for `skipinit` if absent.
 * @throws InvalidArgumentError for an unknown name (naming the nearest) or an `alpha` the scheme does not take.
 * @example
 * ```ts
 * resolveScheme("sqrt2").skipScale(1, 100); // 0.7071067811865476
 * ```
 */
export function resolveScheme(name: string, alpha?: Alpha): ResidualScheme {
  return configureScheme(name, alpha === undefined ? {} : { alpha });
}

/**
 * The scheme of a name with everything that can be set.
 *
 * @param offered the schemes that a complaint names; all if absent.
 * @throws InvalidArgumentError for an unknown name (naming the nearest) or a setting the scheme does not take (naming
 * those that do).
 * @example
 * ```ts
 * configureScheme("custom", { skip: parseScale("1/sqrt(2)") }).skipScale(1, 100); // 0.7071067811865475
 * ```
 */
export function configureScheme(
  name: string,
  settings: SchemeSettings,
  offered: readonly SchemeName[] = SCHEME_NAMES,
): ResidualScheme {
  const known = requireScheme("scheme", name, offered);
  for (const setting of Object.keys(settings) as Setting[]) {
    const value = settings[setting];
    if (value === undefined || SCHEMES[known].takes.includes(setting)) continue;
    const takers = offered.filter((other) => SCHEMES[other].takes.includes(setting));
    throw new InvalidArgumentError(
      setting,
      typeof value === "boolean" ? value : value.text,
      `absent for ${known}; only ${takers.join(", ")} ${takers.length === 1 ? "takes" : "take"} it`,
    );
  }
  return SCHEMES[known].make(settings);
}
