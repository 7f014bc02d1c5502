import type { Alpha } from "../block-scale.js";
import { InvalidArgumentError } from "../errors.js";
import type { SchemeBlock, SchemeDescription, SchemeSettings } from "./definition.js";
import { requireScheme } from "./find.js";
import { SCHEME_NAMES, SCHEMES, type SchemeName } from "./registry.js";

/** A scheme with its scales: {@link SchemeBlock} has what a block of it does. */
export interface ResidualScheme extends SchemeBlock, SchemeDescription {
  readonly name: SchemeName;
  /** As shown in tables and legends. */
  readonly title: string;
}

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
  for (const setting of Object.keys(settings) as (keyof SchemeSettings)[]) {
    const value = settings[setting];
    if (value === undefined || SCHEMES[known].takes.includes(setting)) continue;
    const given = typeof value === "boolean" ? value : value.text;
    throw new InvalidArgumentError(setting, given, absentFor(known, takersOf(setting, offered)));
  }
  const { title, source, formula, fraction, law, block } = SCHEMES[known];
  const made = block(settings);
  const scales = [
    ...(made.alpha === undefined ? [] : [` ${made.alpha}`]),
    ...(made.skip === undefined ? [] : [`, skip ${made.skip}`]),
  ];
  return { name: known, title: [title, ...scales].join(""), source, formula, fraction, law, ...made };
}

/** What to say of a setting that a scheme does not take. */
export function absentFor(name: SchemeName, takers: readonly SchemeName[]): string {
  return `absent for ${name}; only ${takers.join(", ")} ${takers.length === 1 ? "takes" : "take"} it`;
}

/** The schemes that take a setting. */
export function takersOf(
  setting: keyof SchemeSettings,
  offered: readonly SchemeName[] = SCHEME_NAMES,
): SchemeName[] {
  return offered.filter((name) => SCHEMES[name].takes.includes(setting));
}
