import { describe, expect, it } from "vitest";
import { parseAlpha, parseScale } from "../../src/analytic/expression.js";

describe("parseAlpha", () => {
  it.each([
    ["0.2", 0.2],
    ["1/sqrt(d)", 0.1],
    ["i/d", 0.07],
    ["-d^-0.5 + 2*pi", 2 * Math.PI - 0.1],
    ["max(0, 1 - i/10) % 2", 0.3],
    ["2 i", 14],
    ["e", Math.E],
  ])("%s at block 7 of 100", (text, value) => {
    expect(parseAlpha(text).scale(7, 100)).toBeCloseTo(value, 14);
  });

  it.each([
    "",
    "1/",
    "x",
    "m",
    "depth",
    "import('fs')",
    "evaluate('1')",
    "a = 3",
    "f(i) = i",
    "[1, 2]",
    "i[1]",
    "d.constructor",
    "constructor",
    "toString",
    "sqrt.constructor('x')",
    '"text"',
    "i < 3",
    "i > 2 ? 1 : 0",
    "1; 2",
    "3 cm",
    "i!",
    "true",
    "1".repeat(201),
  ])("refuses %s", (text) => {
    expect(() => parseAlpha(text)).toThrow(/^alpha must be an expression in d and i/);
  });

  it.each(["1/(i-7)", "sqrt(i-8)", "log(0)", "10^400"])(
    "names the block at which %s is not finite",
    (text) => {
      expect(() => parseAlpha(text).scale(7, 100)).toThrow(/block 7 of 100/);
    },
  );

  it("knows the place in a stage, which is i and d in a network of one", () => {
    const { scale } = parseScale("100*j + n");
    expect(scale(7, 16, { index: 2, length: 5 })).toBe(205);
    expect(scale(7, 16)).toBe(716);
  });

  it.each([
    ["1/sqrt(d)", true],
    ["0.2 + pi", true],
    ["i/d", false],
    ["j", false],
    ["max(1, n)", false],
  ])("%s is the same at every block: %s", (text, uniform) => {
    expect(parseScale(text).uniform).toBe(uniform);
  });

  it("names what it was given as", () => {
    expect(() => parseScale("x", "skip")).toThrow(/^skip must be/);
    expect(() => parseScale("1/0", "survival").scale(1, 1)).toThrow(/^survival must be a finite number/);
  });
});
