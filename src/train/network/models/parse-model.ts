import { ACTIVATIONS, type Activation } from "../../../network/activations.js";
import { architectureOfStack } from "../../../network/architecture.js";
import { InvalidArgumentError } from "../../../network/errors.js";
import { requireOneOf } from "../../../network/nearest.js";
import type { Stack } from "../../../network/stack.js";
import { RESNET_50, wideResNetStack } from "../../../network/stacks.js";
import { nearestWideResNet } from "../../../network/wide-resnet-name.js";
import type { Architecture } from "../architecture.js";
import { fullyConnectedStack } from "./fully-connected.js";
import { stackArchitecture } from "./stack-architecture.js";
import type { StackDescription } from "./stack-description.js";

/** The forms of name that {@link parseModel} knows. */
export const MODEL_NAMES = ["wrn-n-k", "fc-d-w", "fc-d-w-m", "resnet-50-v2"] as const;

export interface ModelOptions {
  /** What stands before each weight layer of a branch; the model's own, `relu` unless a description says otherwise, if absent. */
  readonly activation?: Activation;
}

/**
 * The architecture of a model: of a name, or of a description of a stack of one's own.
 *
 * - `wrn-n-k`: {@link wideResNetStack}.
 * - `fc-d-w`, `fc-d-w-m`: d residual blocks of m dense layers (1 if absent) with w features, behind a first dense layer, on
 *   flattened images.
 * - `resnet-50-v2`: {@link RESNET_50}.
 *
 * A block is a transition block where the width or the size changes.
 *
 * @throws InvalidArgumentError for another form of name, naming those there are and the nearest; for an n that is not 6N + 4, its
 * neighbours; for a description, as {@link StackDescription} is checked, the field.
 * @example
 * ```ts
 * parseModel("wrn-100-0.5").blocks[47].width; // 32
 * parseModel("fc-20-64").depth; // 20
 * ```
 */
export function parseModel(model: string | StackDescription, options: ModelOptions = {}): Architecture {
  const architecture = typeof model === "string" ? namedArchitecture(model) : stackArchitecture(model);
  const { activation = architecture.activation } = options;
  return { ...architecture, activation: requireOneOf("activation", activation, ACTIVATIONS) };
}

function namedArchitecture(model: string): Architecture {
  const name = model.trim().toLowerCase();
  if (/^wrn-[\d.]+-[\d.]+$/.test(name)) return architectureOf(wideResNetStack(name), "images");
  if (name.startsWith("fc")) return architectureOf(fullyConnectedStack(name), "features");
  if (name === RESNET_50.name) return architectureOf(RESNET_50, "images");
  throw new InvalidArgumentError(
    "model",
    model,
    `one of ${MODEL_NAMES.join(", ")}, or a description of a stack, on the command line a .json file${hint(name)}`,
  );
}

function architectureOf(stack: Stack, input: Architecture["input"]): Architecture {
  return { ...architectureOfStack(stack), input, activation: "relu" };
}

/** The name that was probably meant. */
function hint(name: string): string {
  if (name === "nf-resnet-50") return ": that one is resnet-50-v2 with `scheme` nfnet";
  const nearest = /^(pre-?act-?)?resnet-?(v2-?)?50/.test(name) ? RESNET_50.name : nearestWideResNet(name);
  return ` (did you mean "${nearest}"?)`;
}
