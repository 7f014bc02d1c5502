import type { MathNode } from "mathjs";

/** What of mathjs's nodes is looked at: an operation, a call, or parentheses. */
interface Parts {
  readonly type: string;
  readonly name?: string;
  readonly op?: string;
  /** A product without a sign. */
  readonly implicit?: boolean;
  /** `5%`, which is the quotient 5/100. */
  readonly isPercentage?: boolean;
  readonly args?: readonly MathNode[];
  readonly fn?: MathNode;
}

/** Whether a name is a function's, so that what follows it in parentheses is what it is called with. */
type IsFunction = (name: string) => boolean;

/**
 * What is wrong with a product without a sign, or with a percentage, in an expression that mathjs has parsed; null if it has
 * none. mathjs binds such products by what stands left of them: `1/2d` is d/2, and `a/2d` is a/(2d).
 *
 * @returns such as `with a sign in every product, 1/(2*d) or (1/2)*d`.
 */
export function complaintAboutProducts(root: MathNode, isFunction: IsFunction): string | null {
  let complaint: string | null = null;
  root.traverse((node, _path, parent) => {
    complaint ??= complaintAbout(node, parent, isFunction);
  });
  return complaint;
}

function complaintAbout(node: MathNode, parent: MathNode | undefined, isFunction: IsFunction): string | null {
  const { isPercentage, op, args = [] } = partsOf(node);
  if (isPercentage) return `without percentages, ${signed(args[0])}/100`;
  // 5%-1 is the remainder of 5 by −1.
  if (op === "%" && isSigned(args[1])) {
    return `with % for remainders, ${signed(args[0])}%(${signed(args[1])}), and none for percentages, ${signed(args[0])}/100`;
  }
  const factors = factorsOf(node, isFunction);
  if (factors.length < 2) return null;
  const [first, ...others] = factors;
  const divided = parent && partsOf(parent);
  if (divided?.op === "/" && divided.args?.[1] === node) return asQuotient(divided.args[0], factors);
  const { op: operator, args: [dividend, divisor] = [] } = partsOf(first);
  if (operator === "/") return asQuotient(dividend, [divisor, ...others]);
  return `with a sign in every product, ${factors.map(signed).join("*")}`;
}

/** The two things that a quotient may mean with several factors behind the stroke. */
function asQuotient(dividend: MathNode, factors: readonly MathNode[]): string {
  const [divisor, ...others] = factors.map(signed);
  const whole = `${signed(dividend)}/(${[divisor, ...others].join("*")})`;
  const first = [`(${signed(dividend)}/${divisor})`, ...others].join("*");
  return `with a sign in every product, ${whole} or ${first}`;
}

/** The factors that stand side by side without a sign, the node itself if there are no others. */
function factorsOf(node: MathNode, isFunction: IsFunction): MathNode[] {
  const { type, implicit, args = [], fn } = partsOf(node);
  if (implicit) return args.flatMap((factor) => factorsOf(factor, isFunction));
  // d(i) looks like a call.
  if (type === "FunctionNode" && fn && args.length === 1 && !isFunction(partsOf(fn).name ?? "")) {
    return [fn, args[0]];
  }
  return [node];
}

function isSigned(node: MathNode): boolean {
  const { op, args = [] } = partsOf(node);
  return args.length === 1 && (op === "-" || op === "+");
}

/** As it was given, with a sign in every product; a sum in parentheses. */
function signed(node: MathNode): string {
  const { op, args = [] } = partsOf(node);
  const text = node.toString({ implicit: "show" }).replaceAll(" ", "");
  return args.length === 2 && (op === "+" || op === "-") ? `(${text})` : text;
}

function partsOf(node: MathNode): Parts {
  return node as unknown as Parts;
}
