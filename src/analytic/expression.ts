import type { MathNode } from "mathjs";
import {
  addDependencies,
  create,
  divideDependencies,
  modDependencies,
  multiplyDependencies,
  parseDependencies,
  powDependencies,
  subtractDependencies,
  unaryMinusDependencies,
  unaryPlusDependencies,
} from "mathjs/number";
import { InvalidArgumentError } from "../network/errors.js";
import type { Alpha } from "./schemes/index.js";

const { parse } = create({
  ...parseDependencies,
  ...addDependencies,
  ...subtractDependencies,
  ...multiplyDependencies,
  ...divideDependencies,
  ...modDependencies,
  ...powDependencies,
  ...unaryMinusDependencies,
  ...unaryPlusDependencies,
});

const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  log: Math.log,
  log2: Math.log2,
  log10: Math.log10,
  pow: Math.pow,
  abs: Math.abs,
  min: Math.min,
  max: Math.max,
  floor: Math.floor,
  ceil: Math.ceil,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
};
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };
const OPERATORS: readonly string[] = ["+", "-", "*", "/", "^", "%"];
const LONGEST = 200;

/**
 * Parses a branch scale such as `1/sqrt(d)`: an expression in the block `i` (1…d) and the depth `d`, with numbers,
 * + - * / ^ %, parentheses, the constants pi and e, and elementary functions. mathjs parses it; anything else that
 * mathjs knows (assignment, indexing, strings, units, user functions) is refused before it is evaluated.
 *
 * @throws InvalidArgumentError when it does not parse, or uses another variable or function. The returned scale throws
 * it when the value at a block is not a finite number.
 * @example
 * ```ts
 * parseAlpha("1/sqrt(d)").scale(1, 100); // 0.1
 * ```
 */
export function parseAlpha(text: string): Alpha {
  const refuse = (why: string) => new InvalidArgumentError("alpha", text, `an expression in d and i ${why}`);
  if (text.length > LONGEST) throw refuse(`of at most ${LONGEST} characters`);
  let root: MathNode;
  try {
    root = parse(text) as unknown as MathNode;
  } catch (error) {
    throw refuse(`such as "1/sqrt(d)" (${error instanceof Error ? error.message : String(error)})`);
  }
  if (root.type === "ConstantNode" && (root as { value?: unknown }).value === undefined) {
    throw refuse('such as "1/sqrt(d)"');
  }
  root.traverse((node, _path, parent) => {
    const complaint = complaintAbout(node, parent);
    if (complaint) throw refuse(complaint);
  });
  const code = root.compile();
  return {
    text,
    scale: (block, depth) => {
      const value: unknown = code.evaluate({ ...FUNCTIONS, ...CONSTANTS, i: block, d: depth });
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw new InvalidArgumentError(
          "alpha",
          text,
          `a finite number at every block (at block ${block} of ${depth} it is ${String(value)})`,
        );
      }
      return value;
    },
  };
}

function complaintAbout(node: MathNode, parent: MathNode | undefined): string | null {
  const known = `the functions ${Object.keys(FUNCTIONS).join(", ")}`;
  switch (node.type) {
    case "ParenthesisNode":
      return null;
    case "ConstantNode":
      return typeof (node as { value?: unknown }).value === "number" ? null : "made of numbers";
    case "OperatorNode": {
      const { op } = node as unknown as { op: string };
      return OPERATORS.includes(op) ? null : `with the operators ${OPERATORS.join(" ")} (not ${op})`;
    }
    case "SymbolNode": {
      const { name } = node as unknown as { name: string };
      const isCalled = parent?.type === "FunctionNode" && (parent as unknown as { fn: MathNode }).fn === node;
      if (isCalled) return Object.hasOwn(FUNCTIONS, name) ? null : `with ${known} (not ${name})`;
      return name === "i" || name === "d" || Object.hasOwn(CONSTANTS, name)
        ? null
        : `alone, and the constants pi and e (not ${name})`;
    }
    case "FunctionNode":
      return (node as unknown as { fn: MathNode }).fn.type === "SymbolNode" ? null : `with ${known}`;
    default:
      return 'such as "1/sqrt(d)", made of numbers, operators and elementary functions';
  }
}
