import { torchShape } from "../network/layers/index.js";
import type { Parameter } from "../network/parameter.js";

// PyTorch's names and layouts for the weights of a network.

/** PyTorch's words for ours, at the end of a name. */
const WORDS: Readonly<Record<string, string>> = {
  gamma: "weight",
  beta: "bias",
  weights: "weight",
  movingMean: "running_mean",
  movingVariance: "running_var",
};

/**
 * PyTorch's name of something a network learns or averages: `block3.conv1` is `block3.conv1.weight`, and
 * `block3.activation1.gamma` is `block3.norm1.weight`; `last.beta` is `norm.bias`.
 */
export function torchName(name: string): string {
  const parts = name.split(".").map((part) => part.replace(/^activation/, "norm").replace(/^last$/, "norm"));
  const last = parts.pop()!;
  if (/^(stem|conv\d|projection)$/.test(last)) return [...parts, last, "weight"].join(".");
  return [...parts, WORDS[last] ?? last].join(".");
}

/** PyTorch's shape of something a network learns: of the weights of a layer by its kind, else with the output first. */
export function torchShapeOf({ variable, layer }: Parameter): number[] {
  return layer === undefined ? [...variable.shape].reverse() : torchShape(variable.shape, layer);
}

/** The numbers of a weight of (our) `shape`, moved to PyTorch's layout. */
export function toTorch(values: Float32Array, shape: readonly number[]): Float32Array {
  return move(values, shape, (moved, from, to) => {
    moved[to] = values[from];
  });
}

/** The reverse of {@link toTorch}. */
export function fromTorch(values: Float32Array, shape: readonly number[]): Float32Array {
  return move(values, shape, (moved, from, to) => {
    moved[from] = values[to];
  });
}

/** Goes through a weight, with each number's place in our layout and in PyTorch's. */
function move(
  values: Float32Array,
  shape: readonly number[],
  each: (moved: Float32Array, ours: number, theirs: number) => void,
): Float32Array {
  if (shape.length < 2) return values;
  const [outputs, inputs, ...kernel] = [...shape].reverse();
  const taps = kernel.reduce((product, size) => product * size, 1);
  const moved = new Float32Array(values.length);
  let ours = 0;
  for (let tap = 0; tap < taps; tap++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++, ours++) {
        each(moved, ours, (output * inputs + input) * taps + tap);
      }
    }
  }
  return moved;
}
