import type { SampleSettings } from "../documents/sample.js";
import type { SampledNetwork } from "../sampled-network.js";
import type { AnyFields } from "./fields.js";
import { NETWORK_CHOICES, type NetworkChoices } from "./network-choices.js";
import { NETWORK_INPUT } from "./network-sizes.js";
import type { Sampler } from "./sample-run.js";

/** Networks that were drawn, and how. */
export interface DrawnNetworks {
  readonly network: SampledNetwork;
  readonly images?: { readonly name: string; readonly checksums: Readonly<Record<string, string>> };
  readonly seed: number;
  readonly sampler: Sampler;
  readonly trials: number;
}

/** A setting of a sample's document. */
interface SampleSetting<Value> {
  /** Whether it says which networks were drawn, or how many of them and in which way. */
  readonly about: "network" | "drawing";
  /** Absent where nothing is written. */
  readonly of: (drawn: DrawnNetworks) => Value | undefined;
}

type SampleTable<Settings> = {
  readonly [Name in keyof Settings]-?: SampleSetting<NonNullable<Settings[Name]>>;
};

function network<Value>(of: (network: SampledNetwork, drawn: DrawnNetworks) => Value | undefined) {
  return { about: "network", of: (drawn: DrawnNetworks) => of(drawn.network, drawn) } as const;
}

function drawing<Value>(of: (drawn: DrawnNetworks) => Value) {
  return { about: "drawing", of } as const;
}

/** Choices are written as they are. */
const CHOICES = Object.fromEntries(
  Object.keys(NETWORK_CHOICES).map((name) => [name, network((drawn) => drawn[name as keyof NetworkChoices])]),
) as SampleTable<NetworkChoices>;

/** The settings of a sample, in the order of its document. */
const SETTINGS: SampleTable<SampleSettings> = {
  scheme: network(({ scheme }) => scheme.name),
  alpha: network(({ scheme }) => scheme.alpha),
  skipExpression: network(({ scheme }) => scheme.skip),
  survival: network(({ scheme }) => scheme.survivalText),
  ...CHOICES,
  architecture: network(({ architecture }) => architecture?.name),
  inputVariance: network(({ inputVariance }) => inputVariance ?? NETWORK_INPUT.inputVariance.before),
  depth: network(({ depth }) => depth),
  width: network(({ shape }) => (shape.kind === "dense" ? shape.width : shape.channels)),
  inputDimension: network(({ shape }) =>
    shape.kind === "dense" ? shape.inputDimension : shape.size ** 2 * shape.imageChannels,
  ),
  imageSize: network(({ shape }) => (shape.kind === "dense" ? undefined : shape.size)),
  images: network(({ shape }, { images }) =>
    shape.kind === "dense" ? undefined : (images?.name ?? "gaussian"),
  ),
  dataChecksums: network((_network, { images }) => images?.checksums),
  batch: network(({ batch }) => batch),
  seed: drawing(({ seed }) => seed),
  sampler: drawing(({ sampler }) => sampler),
  trials: drawing(({ trials }) => trials),
};

const NAMES = Object.keys(SETTINGS) as (keyof SampleSettings)[];

/** The settings that say which networks were drawn. */
export const NETWORK_SETTINGS = NAMES.filter((name) => SETTINGS[name].about === "network");

/** What networks were, for their document. */
export function sampleSettingsOf(drawn: DrawnNetworks): SampleSettings {
  return filled((name) => SETTINGS[name].of(drawn));
}

/** The settings of a sample without its results. */
export function sampleSettingsIn(sample: SampleSettings): SampleSettings {
  return filled((name) => sample[name]);
}

function filled(settingOf: (name: keyof SampleSettings) => unknown): SampleSettings {
  const settings = NAMES.map((name) => [name, settingOf(name)] as const);
  return Object.fromEntries(settings.filter(([, value]) => value !== undefined)) as unknown as SampleSettings;
}

const TABLE: AnyFields = { ...(NETWORK_CHOICES as object), ...(NETWORK_INPUT as object) };

/** What a document from before there was a setting stands for. */
export function settingBefore(name: string): unknown {
  return TABLE[name]?.before;
}

/**
 * The choices of a network for a journal, which does not name a choice that is what it was before there was one: journals from
 * then are those of the same networks.
 */
export function namedChoices(network: SampledNetwork): Partial<NetworkChoices> {
  const names = Object.keys(NETWORK_CHOICES) as (keyof NetworkChoices)[];
  return Object.fromEntries(
    names.filter((name) => network[name] !== settingBefore(name)).map((name) => [name, network[name]]),
  );
}
