import { SEED_OPTION, type SweepValue } from "../../network/documents/sweep.js";
import { InvalidArgumentError, RespathError } from "../../network/errors.js";
import { nearestOf } from "../../network/nearest.js";
import { shown } from "../../network/shown.js";
import { axisValues } from "../spec/axis-values.js";
import type { SpecPath } from "../spec/located-yaml.js";
import type { ReadSpec } from "../spec/read-spec.js";
import { SpecError } from "../spec/spec-error.js";
import type { Axis } from "../spec/sweep-spec.js";
import type { Vocabulary } from "./vocabulary.js";

/**
 * Checks each name and value of a sweep's file by itself, whichever jobs it is in.
 *
 * @throws SpecError naming the line of the first that is wrong.
 */
export function checkSpec({ spec, placeOf }: ReadSpec, vocabulary: Vocabulary): void {
  const { fixed = {}, grid, when = [] } = spec;
  const checker = new SpecChecker(vocabulary, placeOf);
  checker.values(["fixed"], fixed);
  checker.axes(["grid"], grid);
  const set = new Set([...Object.keys(fixed), ...Object.keys(grid)]);
  for (const [index, { if: wanted, set: more = {}, grid: axes = {} }] of when.entries()) {
    const at = ["when", index];
    for (const [name, values] of Object.entries(wanted)) {
      const path = [...at, "if", name];
      checker.option(path, name);
      // Such a condition holds for no job.
      if (!set.has(name))
        checker.refuse(path, "must be an option that `fixed`, `grid` or a condition above sets");
      checker.list(path, Array.isArray(values) ? values : [values as SweepValue], name);
    }
    checker.values([...at, "set"], more);
    checker.axes([...at, "grid"], axes);
    for (const name of [...Object.keys(more), ...Object.keys(axes)]) set.add(name);
  }
  checkRules({ spec, placeOf }, checker, set);
}

/** What a type cannot say of the rules. */
function checkRules({ spec }: ReadSpec, checker: SpecChecker, options: ReadonlySet<string>): void {
  const { command, giveUp, halving } = spec;
  for (const rule of ["giveUp", "halving"] as const) {
    if (spec[rule] && command !== "train") checker.refuse([rule], "is for train: only training diverges");
  }
  if (giveUp && !options.has(SEED_OPTION)) checker.refuse(["giveUp"], "needs seeds: an axis `seed`");
  if (!halving) return;
  const { steps, along } = halving;
  const unordered = steps.findIndex((step, index) => index > 0 && step <= steps[index - 1]);
  if (unordered > 0) {
    checker.refuse(
      ["halving", "steps", unordered],
      `must be more than ${steps[unordered - 1]}, as steps ascend`,
    );
  }
  for (const [index, name] of along.entries()) {
    if (options.has(name) && name !== SEED_OPTION) continue;
    checker.refuse(
      ["halving", "along", index],
      `must be an axis of the grid but the seed, not ${shown(name)}`,
    );
  }
}

class SpecChecker {
  readonly #vocabulary: Vocabulary;
  readonly #placeOf: ReadSpec["placeOf"];

  constructor(vocabulary: Vocabulary, placeOf: ReadSpec["placeOf"]) {
    this.#vocabulary = vocabulary;
    this.#placeOf = placeOf;
  }

  refuse(path: SpecPath, problem: string): never {
    throw new SpecError(this.#placeOf(path), `${fieldAt(path)} ${problem}`);
  }

  option(path: SpecPath, name: string): void {
    const { options, command, withheld } = this.#vocabulary;
    if (options.includes(name)) return;
    if (withheld && Object.hasOwn(withheld, name)) {
      this.refuse(path, `is not for a sweep: ${withheld[name]}`);
    }
    const nearest = nearestOf(name, options);
    const hint = nearest === undefined ? "" : `; did you mean ${nearest}?`;
    this.refuse(path, `is no option of respath ${command}${hint}`);
  }

  values(path: SpecPath, settings: Readonly<Record<string, SweepValue>>): void {
    for (const [name, value] of Object.entries(settings)) {
      this.option([...path, name], name);
      this.#value([...path, name], name, value);
    }
  }

  axes(path: SpecPath, axes: Readonly<Record<string, Axis>>): void {
    for (const [name, axis] of Object.entries(axes)) {
      this.option([...path, name], name);
      this.list([...path, name], this.#valuesAlong([...path, name], axis), name);
    }
  }

  #valuesAlong(path: SpecPath, axis: Axis): readonly SweepValue[] {
    try {
      return axisValues("axis", axis);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      this.refuse(path, `must be ${error.allowed}, not ${error.value}`);
    }
  }

  list(path: SpecPath, values: readonly SweepValue[], name: string): void {
    for (const [index, value] of values.entries()) this.#value([...path, index], name, value);
  }

  #value(path: SpecPath, name: string, value: SweepValue): void {
    try {
      this.#vocabulary.parse(name, value);
    } catch (error) {
      if (!(error instanceof RespathError)) throw error;
      if (!(error instanceof InvalidArgumentError)) this.refuse(path, `is refused: ${error.message}`);
      this.refuse(path, `must be ${error.allowed}, not ${shown(error.value, 200)}`);
    }
  }
}

/** ["when", 0, "grid", "lr", 2] as when[0].grid.lr; which of the values it is, the message shows. */
function fieldAt(path: SpecPath): string {
  const named = typeof path.at(-1) === "number" ? path.slice(0, -1) : path;
  return named
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}
