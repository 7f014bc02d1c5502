import { describe, expect, it } from "vitest";
import { parseAlpha, parseScale } from "../../src/analytic/expression.js";

describe("parseAlpha", () => {
  it.each([
    ["0.2", 0.2],
    ["1/sqrt(d)", 0.1],
    ["i/d", 0.07],
    ["-d^-0.5 + 2*pi", 2 * Math.PI - 0.1],
    ["max(0, 1 - i/10) % 2", 0.3],
    ["2*i", 14],
    ["e", Math.E],
    ["1e-3", 1e-3],
    ["2e3", 2000],
    ["-i", -7],
    ["2^-3", 1 / 8],
    ["1/2*d", 50],
    ["(1/2)*(d)", 50],
    ["1/(2*d)", 0.005],
    ["5 % i", 5],
    ["d%(i)", 2],
    ["10 % (-i)", -4],
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

  it.each([
    ["2d", "2*d"],
    ["2 i", "2*i"],
    ["2e", "2*e"],
    ["2pi", "2*pi"],
    ["d i", "d*i"],
    ["2(d)", "2*(d)"],
    ["(1)d", "(1)*d"],
    ["(d)(i)", "(d)*(i)"],
    ["d(i)", "d*i"],
    ["d(i+1)", "d*(i+1)"],
    ["pi (d - 1)", "pi*(d-1)"],
    ["2 sqrt(d)", "2*sqrt(d)"],
    ["sqrt(d)2", "sqrt(d)*2"],
    ["sqrt(2d)", "2*d"],
    ["log(2)(d)", "log(2)*(d)"],
    ["d 2^2", "d*2^2"],
    ["(1/2)d", "(1/2)*d"],
    ["1/(2d)", "2*d"],
    ["1/2d", "1/(2*d) or (1/2)*d"],
    ["-1/2d", "-1/(2*d) or (-1/2)*d"],
    ["d/2i", "d/(2*i) or (d/2)*i"],
    ["1/2 d*i", "1/(2*d) or (1/2)*d"],
    ["1/2(d)", "1/(2*(d)) or (1/2)*(d)"],
    ["1/d(i)", "1/(d*i) or (1/d)*i"],
    ["1/2pi d", "1/(2*pi*d) or (1/2)*pi*d"],
    ["1/sqrt(d)i", "1/(sqrt(d)*i) or (1/sqrt(d))*i"],
  ])("refuses the product without a sign in %s, and says %s", (text, readings) => {
    expect(() => parseScale(text, "--alpha")).toThrow(
      `--alpha must be an expression in d and i (and j and n in stages) with a sign in every product, ${readings}, not "${text}"`,
    );
    // Each reading is an expression.
    for (const reading of readings.split(" or ")) expect(parseScale(reading).scale(7, 100)).not.toBeNaN();
  });

  it.each([
    ["1/0x2d", "made of decimal numbers (not 0x2d)"],
    ["0b1", "made of decimal numbers (not 0b1)"],
    ["sqrt(1,5)", "with one number in sqrt(…), and decimal points"],
    ["2^-abs(0,5)*d", "with one number in abs(…), and decimal points"],
    ["pow(d,-0,5)", "with 2 numbers in pow(…), and decimal points"],
    ["pow(2)", "with 2 numbers in pow(…)"],
    ["exp()", "with one number in exp(…)"],
    ["min()", "with numbers in min(…)"],
    ["5%", "without percentages, 5/100"],
    ["50%*d", "without percentages, 50/100"],
    ["d%", "without percentages, d/100"],
    ["5%+d", "with % for remainders, 5%(+d), and none for percentages, 5/100"],
    ["5%-1", "with % for remainders, 5%(-1), and none for percentages, 5/100"],
    ["sqrt d", "with what sqrt is called with, as in sqrt(d)"],
    ["3 cm", "alone, and the constants pi and e (not cm)"],
    ["x(d)", "with the functions sqrt,"],
  ])("refuses %s %s", (text, why) => {
    expect(() => parseScale(text)).toThrow(
      `scale must be an expression in d and i (and j and n in stages) ${why}`,
    );
  });

  it.each(["1/(i-7)", "sqrt(i-8)", "log(0)", "10^400"])(
    "names the block at which %s is not finite",
    (text) => {
      expect(() => parseAlpha(text).scale(7, 100)).toThrow(/block 7 of 100/);
    },
  );

  it("repeats what does not parse on one line", () => {
    const refused = /^alpha must be an expression\P{Cc}+ \(Syntax error\P{Cc}+$/u;
    for (const text of ["1/\n\u0015§", "§\u001b[31m\r\n*"]) expect(() => parseAlpha(text)).toThrow(refused);
  });

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
