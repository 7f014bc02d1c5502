import { closest } from "fastest-levenshtein";
import { DataError } from "../../network/errors.js";
import { readInto, tensorOf, type tf } from "../../tensor/index.js";
import type { Network } from "../network/network.js";
import type { Parameter } from "../network/parameter.js";
import { fromTorch, torchName, torchShapeOf, toTorch } from "./layout.js";
import type { NamedTensor } from "./safetensors.js";

/** Numbers of a network, or of its optimiser, that a file holds: under PyTorch's name and in its layout. */
export interface Entry {
  readonly name: string;
  readonly shape: readonly number[];
  read(): Float32Array;
  write(values: Float32Array): void;
}

/** The weights of a network in the order of its parameters, then the moving averages of its normalisations. */
export function weightEntries(network: Network): Entry[] {
  const { parameters, statistics } = network;
  return [
    ...parameters.map((parameter) => variableEntry(torchName(parameter.name), parameter)),
    ...statistics.flatMap(({ name, moving }) => [
      arrayEntry(torchName(`${name}.movingMean`), moving.mean),
      arrayEntry(torchName(`${name}.movingVariance`), moving.variance),
    ]),
  ];
}

/** The velocities of its weights, `velocity.` and the weight's name. */
export function velocityEntries({ parameters }: Network, velocities: readonly tf.Variable[]): Entry[] {
  return parameters.map((parameter, index) =>
    variableEntry(`velocity.${torchName(parameter.name)}`, { ...parameter, variable: velocities[index] }),
  );
}

export function readEntries(entries: readonly Entry[]): NamedTensor[] {
  return entries.map((entry) => ({ name: entry.name, shape: entry.shape, values: entry.read() }));
}

/**
 * Gives every entry its numbers from a file, in whatever order they are there; or changes nothing.
 *
 * @throws DataError naming the tensor that is missing, has another shape, or is not the network's.
 */
export function writeEntries(
  entries: readonly Entry[],
  tensors: readonly NamedTensor[],
  source: string,
): void {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const known = new Set(entries.map(({ name }) => name));
  const others = tensors.map(({ name }) => name).filter((name) => !known.has(name));
  const nearTo = (name: string) => {
    return others.length === 0 ? "" : `; the nearest that it has is ${closest(name, others)}`;
  };
  for (const { name, shape } of entries) {
    const found = byName.get(name);
    if (!found) throw new DataError(`${source} is of another network: it has no ${name}${nearTo(name)}`);
    if (found.shape.join() !== shape.join()) {
      throw new DataError(
        `${source} is of another network: ${name} is [${found.shape.join(", ")}] there, and [${shape.join(", ")}] here`,
      );
    }
  }
  if (others.length > 0) {
    const [first, ...more] = others;
    const these =
      more.length === 0
        ? ""
        : `, nor ${more.slice(0, 2).join(", ")}${more.length > 2 ? ` and ${more.length - 2} more` : ""}`;
    throw new DataError(`${source} is of another network: this one has no ${first}${these}`);
  }
  for (const entry of entries) entry.write(byName.get(entry.name)!.values);
}

function variableEntry(name: string, parameter: Parameter): Entry {
  const { variable } = parameter;
  const { shape } = variable;
  return {
    name,
    shape: torchShapeOf(parameter),
    read: () => {
      const values = new Float32Array(variable.size);
      readInto(variable, values);
      return toTorch(values, shape);
    },
    write: (values) => {
      const tensor = tensorOf(fromTorch(values, shape), shape);
      variable.assign(tensor);
      tensor.dispose();
    },
  };
}

function arrayEntry(name: string, array: Float32Array): Entry {
  return {
    name,
    shape: [array.length],
    read: () => Float32Array.from(array),
    write: (values) => array.set(values),
  };
}
