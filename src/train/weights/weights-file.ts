import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { DataError, InvalidArgumentError } from "../../network/errors.js";
import { VERSION } from "../../system/provenance.js";
import { reasonOf } from "../../system/write-file.js";
import { architectureRecord, requireSameLayers } from "../network/architecture-record.js";
import { designMetadata, requireSameParts } from "../network/design-record.js";
import type { Network } from "../network/network.js";
import type { TrainPlan } from "../plan/train-plan.js";
import { readEntries, weightEntries } from "./entries.js";
import { decodeSafetensors, encodeSafetensors, type NamedTensor, type Safetensors } from "./safetensors.js";

/** What was read from a file of weights. */
export interface WeightsFile extends Safetensors {
  readonly path: string;
}

type Described = Pick<TrainPlan, "architecture" | "scheme" | "design">;

/** The bytes of the file of a network's weights and moving averages. */
export function encodeWeights(network: Network, { architecture, scheme, design }: Described): Uint8Array {
  const metadata = {
    format: "pt",
    respath: VERSION,
    model: architecture.name,
    ...architectureRecord(architecture),
    scheme: scheme.name,
    ...(scheme.alpha === undefined ? {} : { alpha: scheme.alpha }),
    ...designMetadata(design),
  };
  return encodeSafetensors({ tensors: readEntries(weightEntries(network)), metadata });
}

/** {@link tensorsSha256} of a network's weights and moving averages. */
export function weightsSha256(network: Network): string {
  return tensorsSha256(readEntries(weightEntries(network)));
}

/**
 * SHA-256, as 64 hexadecimal digits, of the safetensors file of some tensors without `__metadata__`: of their numbers,
 * names, shapes and order, and of nothing else.
 */
export function tensorsSha256(tensors: readonly NamedTensor[]): string {
  return createHash("sha256")
    .update(encodeSafetensors({ tensors, metadata: {} }))
    .digest("hex");
}

/**
 * Reads a file of weights. One without respath's metadata is taken as it is: its names and shapes have to fit.
 *
 * @throws InvalidArgumentError when it is of another model or scheme, or of other parts of the scheme; DataError when it cannot be read.
 */
export async function readWeights(
  path: string,
  { architecture, scheme, design }: Described,
): Promise<WeightsFile> {
  const file = decodeSafetensors(await readBytes(path), path);
  for (const [what, here] of Object.entries({ model: architecture.name, scheme: scheme.name })) {
    const there = file.metadata[what];
    if (there !== undefined && there !== here) {
      throw new InvalidArgumentError(what, here, `${JSON.stringify(there)}, as in ${path}`);
    }
  }
  requireSameLayers(architecture, file.metadata, path);
  requireSameParts(design, file.metadata, path);
  return { ...file, path };
}

/** @throws DataError naming the path and the reason. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new DataError(`cannot read ${path}: ${reasonOf(error)}`);
  }
}
