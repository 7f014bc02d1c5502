import { DataError, InvalidArgumentError } from "../../network/errors.js";
import { parseJson } from "../../network/parse-json.js";
import type { Architecture } from "./architecture.js";
import { stackArchitecture } from "./models/stack-architecture.js";
import type { StackDescription } from "./models/stack-description.js";

/**
 * What an architecture's name does not say, as texts: an activation other than ReLU, and the description of a stack of one's own
 * as JSON. For run.json, checkpoints and files of weights.
 */
export function architectureRecord({
  activation,
  description,
}: Architecture): Readonly<Record<string, string>> {
  return {
    ...(activation === "relu" ? {} : { activation }),
    ...(description ? { stack: JSON.stringify(description) } : {}),
  };
}

/**
 * @throws InvalidArgumentError when a file of respath's has the weights of a network of the same name with another activation, or
 * with other layers; DataError when what it says of its layers cannot be read.
 */
export function requireSameLayers(
  architecture: Architecture,
  metadata: Readonly<Record<string, string>>,
  source: string,
): void {
  if (metadata.respath === undefined) return;
  const there = metadata.activation ?? "relu";
  if (there !== architecture.activation) {
    throw new InvalidArgumentError("activation", architecture.activation, `${there}, as in ${source}`);
  }
  const { stack } = metadata;
  if (stack === undefined || !architecture.description) return;
  if (layersText(stackArchitecture(parsed(stack, source), { source })) !== layersText(architecture)) {
    const allowed = `described as in ${source}, which has other layers under that name`;
    throw new InvalidArgumentError("model", architecture.name, allowed);
  }
}

function parsed(stack: string, source: string): StackDescription {
  try {
    return parseJson(stack) as StackDescription;
  } catch (error) {
    throw new DataError(
      `${source} has a description of its stack that is not JSON (${(error as Error).message})`,
    );
  }
}

function layersText({ input, stem, blocks }: Architecture): string {
  return JSON.stringify([
    input,
    stem.kernel,
    stem.stride,
    stem.pooling,
    stem.width,
    ...blocks.map(({ layers }) => layers),
  ]);
}
