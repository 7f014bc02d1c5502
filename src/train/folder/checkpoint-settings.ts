import { InvalidArgumentError } from "../../network/errors.js";
import { inWords } from "../../network/settings/fields.js";
import { comparedOf } from "../../network/settings/records.js";
import { shownName } from "../../network/shown.js";
import { VERSION } from "../../system/provenance.js";
import type { BackendName } from "../../tensor/index.js";
import { kernels } from "../../tensor/kernels/index.js";
import { architectureRecord } from "../network/architecture-record.js";
import { designRecord } from "../network/design-record.js";
import { PLAN_RECORDS, type TrainPlan } from "../plan/train-plan.js";
import { type Safetensors, tensorsSha256 } from "../weights/index.js";
import type { CheckpointSettings } from "./checkpoint-metadata.js";
import type { TrainingData } from "./training-data.js";

/**
 * What of a plan decides the course of a run and what is found, all but what may change (FieldRecord), such as the number of
 * threads; and this version of respath.
 */
export function planRecord(plan: TrainPlan): CheckpointSettings {
  const { architecture, scheme, design } = plan;
  return {
    version: VERSION,
    model: architecture.name,
    ...architectureRecord(architecture),
    scheme: scheme.name,
    alpha: scheme.alpha,
    design: designRecord(design, scheme),
    ...comparedOf(PLAN_RECORDS, plan),
  };
}

/** Settings that differ are named as long as they take no more characters than these, and at least one; each value by fewer. */
const MOST_CHARACTERS = 240;
const MOST_SHOWN = 80;
/** Of what long values have in common before they differ, so many characters are named. */
const BEFORE = 20;

export interface Circumstances {
  readonly data: TrainingData;
  readonly backend: BackendName;
  /** What the run starts from instead of random weights. */
  readonly weights?: Safetensors;
}

/** What else decides the course of a run, and is not known before there are data and a backend. */
export function circumstancesRecord({ data, backend, weights }: Circumstances): CheckpointSettings {
  return {
    trainingImages: data.train.count,
    classes: data.train.classNames.length,
    dataChecksums: data.checksums ?? {},
    backend,
    kernels: kernels()?.build ?? "composed",
    initialWeights: weights && tensorsSha256(weights.tensors),
  };
}

export interface SameSettingsOptions {
  readonly here: CheckpointSettings;
  readonly there: CheckpointSettings;
  /** The checkpoint's path. */
  readonly source: string;
  /** They are no settings of a run, but what it met with. */
  readonly isCircumstance?: boolean;
}

/** @throws InvalidArgumentError naming every setting that differs, as it is here and in the checkpoint. */
export function requireSameSettings({ here, there, source, isCircumstance }: SameSettingsOptions): void {
  const [ours, theirs] = [flatten(here), flatten(there)];
  const names = [...new Set([...theirs.keys(), ...ours.keys()])];
  const different = names.filter((name) => ours.get(name) !== theirs.get(name));
  if (different.length === 0) return;
  const all = different.map((name) => {
    const texts = [theirs, ours].map((one) => one.get(name) ?? "absent");
    const [there, here] = fromWhereTheyDiffer(texts).map((text) => shownName(text, MOST_SHOWN));
    return `${isCircumstance ? inWords(name) : `\`${shownName(name)}\``} ${there} (here ${here})`;
  });
  const list = fittingOf(all);
  const more = list.length < all.length ? ` and ${all.length - list.length} more` : "";
  throw new InvalidArgumentError(
    "resume",
    undefined,
    `used with the settings of the checkpoint ${source}: ${list.join(", ")}${more}`,
  );
}

/** Texts without what they begin with in common, where one is too long to be named whole. */
function fromWhereTheyDiffer(texts: readonly string[]): readonly string[] {
  if (texts.every(({ length }) => length <= MOST_SHOWN)) return texts;
  const [one, other] = texts;
  let same = 0;
  while (same < one.length && one[same] === other[same]) same++;
  return same <= BEFORE ? texts : texts.map((text) => `…${text.slice(same - BEFORE)}`);
}

/** The first of some texts, and as many more as there is room for. */
function fittingOf(texts: readonly string[]): readonly string[] {
  let characters = 0;
  const end = texts.findIndex((text, index) => {
    characters += text.length;
    return index > 0 && characters > MOST_CHARACTERS;
  });
  return end < 0 ? texts : texts.slice(0, end);
}

/** Settings of settings under names such as `recipe.momentum`, and every value as text. */
function flatten(settings: CheckpointSettings, prefix = ""): Map<string, string> {
  const entries = Object.entries(settings).flatMap(([key, value]): [string, string][] => {
    if (value === undefined) return [];
    const name = `${prefix}${key}`;
    const isGroup = typeof value === "object" && value !== null && !Array.isArray(value);
    return isGroup ? [...flatten(value as CheckpointSettings, `${name}.`)] : [[name, String(value)]];
  });
  return new Map(entries);
}
