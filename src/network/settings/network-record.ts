import type { NetworkRecord } from "../documents/sample/network-record.js";
import type { SampledNetwork } from "../sampled-network.js";
import type { AnyFields } from "./fields.js";
import { NETWORK_CHOICES, type NetworkChoices } from "./network-choices.js";
import { NETWORK_INPUT } from "./network-sizes.js";

/** Networks that are drawn, and the real images that they are given. */
export interface RecordedNetwork {
  readonly network: SampledNetwork;
  readonly images?: { readonly name: string; readonly checksums: Readonly<Record<string, string>> };
}

/** What is written of each setting; nothing where that is undefined. */
type RecordTable<Settings> = {
  readonly [Name in keyof Settings]-?: (
    network: SampledNetwork,
    images: RecordedNetwork["images"],
  ) => Settings[Name] | undefined;
};

/** Choices are written as they are. */
const CHOICES = Object.fromEntries(
  Object.keys(NETWORK_CHOICES).map((name) => [
    name,
    (network: SampledNetwork) => network[name as keyof NetworkChoices],
  ]),
) as unknown as RecordTable<NetworkChoices>;

/** In the order of documents. */
const RECORD: RecordTable<NetworkRecord> = {
  scheme: ({ scheme }) => scheme.name,
  alpha: ({ scheme }) => scheme.alpha,
  skipExpression: ({ scheme }) => scheme.skip,
  survival: ({ scheme }) => scheme.survivalText,
  ...CHOICES,
  architecture: ({ architecture }) => architecture?.name,
  inputVariance: ({ inputVariance }) => inputVariance ?? NETWORK_INPUT.inputVariance.before,
  depth: ({ depth }) => depth,
  width: ({ shape }) => (shape.kind === "dense" ? shape.width : shape.channels),
  inputDimension: ({ shape }) =>
    shape.kind === "dense" ? shape.inputDimension : shape.size ** 2 * shape.imageChannels,
  imageSize: ({ shape }) => (shape.kind === "dense" ? undefined : shape.size),
  images: ({ shape }, images) => (shape.kind === "dense" ? undefined : (images?.name ?? "gaussian")),
  dataChecksums: (_network, images) => images?.checksums,
  batch: ({ batch }) => batch,
};

/** The record of a network for a document: all that says which networks are drawn. */
export function networkRecordOf({ network, images }: RecordedNetwork): NetworkRecord {
  const settings = Object.entries(RECORD).map(([name, of]) => [name, of(network, images)] as const);
  return Object.fromEntries(settings.filter(([, value]) => value !== undefined)) as unknown as NetworkRecord;
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
