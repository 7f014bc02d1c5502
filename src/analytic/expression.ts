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
import type { Alpha } from "../network/block-scale.js";
import { InvalidArgumentError } from "../network/errors.js";
import { complaintAboutProducts } from "./unsigned-product.js";

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
/** Those of as many numbers as they are given. */
const VARIADIC: readonly string[] = ["min", "max"];
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };
const OPERATORS: readonly string[] = ["+", "-", "*", "/", "^", "%"];
const LONGEST = 200;
/** A number with a base, which mathjs knows: of 0x2d, the d is a digit. */
const BASED = /(?<![\w.])0[box][\w.]*/i;

/** The variables: block and depth, and the place in a stage. */
const VARIABLES: readonly string[] = ["i", "d", "j", "n"];

/**
 * Parses a branch scale such as `1/sqrt(d)`: {@link parseScale} for the argument "alpha".
 *
 * @example
 * ```ts
 * parseAlpha("1/sqrt(d)").scale(1, 100); // 0.1
 * ```
 */
export function parseAlpha(text: string): Alpha {
  return parseScale(text, "alpha");
}

/**
 * Parses a scale such as `1/sqrt(d)` or `0.2/j`: an expression in the block `i` (1…d) and the depth `d`, and in the
 * block `j` (1…n) of the `n` of its stage (`i` and `d` in a network of one stage), with numbers, + - * / ^ %,
 * parentheses, the constants pi and e, and elementary functions. mathjs parses it; anything else that mathjs knows
 * (assignment, indexing, strings, units, user functions) is refused before it is evaluated. So are products without a sign, such
 * as `2d`, and percentages: `1/2d` is read in two ways.
 *
 * @param argument what the expression was given as, for the message; "scale" if absent.
 * @throws InvalidArgumentError when it does not parse, or uses another variable or function. The returned scale throws
 * it when the value at a block is not a finite number.
 * @example
 * ```ts
 * parseScale("0.2/j").scale(7, 16, { index: 4, length: 4 }); // 0.05
 * ```
 */
export function parseScale(text: string, argument = "scale"): Alpha {
  const refuse = (why: string) =>
    new InvalidArgumentError(argument, text, `an expression in d and i (and j and n in stages) ${why}`);
  if (text.length > LONGEST) throw refuse(`of at most ${LONGEST} characters`);
  const [based] = BASED.exec(text) ?? [];
  if (based !== undefined) throw refuse(`made of decimal numbers (not ${based})`);
  let root: MathNode;
  try {
    root = parse(text) as unknown as MathNode;
  } catch (error) {
    // It repeats a part of the text, line breaks and all.
    const message = error instanceof Error ? error.message : String(error);
    throw refuse(`such as "1/sqrt(d)" (${message.replace(/[\p{Cc}\u2028\u2029]+/gu, " ")})`);
  }
  if (root.type === "ConstantNode" && (root as { value?: unknown }).value === undefined) {
    throw refuse('such as "1/sqrt(d)"');
  }
  let uniform = true;
  root.traverse((node, _path, parent) => {
    const complaint = complaintAbout(node, parent);
    if (complaint) throw refuse(complaint);
    if (node.type === "SymbolNode" && ["i", "j", "n"].includes((node as unknown as { name: string }).name)) {
      uniform = false;
    }
  });
  const ambiguity = complaintAboutProducts(root, isFunction);
  if (ambiguity) throw refuse(ambiguity);
  const code = root.compile();
  // One scope for all blocks: an expression is evaluated up to ten million times.
  const scope = { ...FUNCTIONS, ...CONSTANTS, i: 0, d: 0, j: 0, n: 0 };
  return {
    text,
    uniform,
    scale: (block, depth, place = { index: block, length: depth }) => {
      scope.i = block;
      scope.d = depth;
      scope.j = place.index;
      scope.n = place.length;
      const value: unknown = code.evaluate(scope);
      if (typeof value !== "number" || !Number.isFinite(value)) {
        throw new InvalidArgumentError(
          argument,
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
      if (isFunction(name)) return isCalled ? null : `with what ${name} is called with, as in ${name}(d)`;
      // What is called and no function is the factor of a product without a sign, such as d(i).
      if (isNumber(name)) return null;
      return isCalled ? `with ${known} (not ${name})` : `alone, and the constants pi and e (not ${name})`;
    }
    case "FunctionNode": {
      const { fn, args } = node as unknown as { fn: MathNode; args: readonly MathNode[] };
      return fn.type === "SymbolNode" ? complaintAboutCall(String(fn), args.length) : `with ${known}`;
    }
    default:
      return 'such as "1/sqrt(d)", made of numbers, operators and elementary functions';
  }
}

/** A function takes its numbers and no more: JavaScript's would leave out the 5 of sqrt(1,5), a decimal comma. */
function complaintAboutCall(name: string, given: number): string | null {
  if (!isFunction(name)) return null;
  const wanted = FUNCTIONS[name]!.length;
  if (VARIADIC.includes(name)) return given > 0 ? null : `with numbers in ${name}(…)`;
  if (given === wanted) return null;
  const numbers = wanted === 1 ? "one number" : `${wanted} numbers`;
  return `with ${numbers} in ${name}(…)${given > wanted ? ", and decimal points" : ""}`;
}

function isFunction(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name);
}

function isNumber(name: string): boolean {
  return VARIABLES.includes(name) || Object.hasOwn(CONSTANTS, name);
}
