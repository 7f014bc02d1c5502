import { describe, expect, it } from "vitest";
import { parseAlpha } from "../../../src/analytic/expression.js";
import { resolveScheme, settingsOf } from "../../../src/analytic/index.js";
import {
  findName,
  requireOneOf,
  requireScheme,
  SCHEME_NAMES,
  TRAINABLE_SCHEMES,
} from "../../../src/network/index.js";

describe("a scheme is known by what it is called", () => {
  it.each(SCHEME_NAMES)("%s: its name in any case and its title", (name) => {
    const { title } = resolveScheme(name);
    // The text of a scale is no part of what it is called.
    const called = settingsOf(name).length === 0 ? title : title.replace(/ [-\d(].*$| 1\/sqrt\(d\)$/, "");
    for (const given of [name, name.toUpperCase(), ` ${name} `, name.replaceAll("-", "_"), called]) {
      expect(requireScheme("scheme", given)).toBe(name);
      expect(resolveScheme(given).name).toBe(name);
    }
  });

  it.each([
    ["BatchNorm", "batchnorm"],
    ["BN", "batchnorm"],
    ["LN", "layernorm"],
    ["Group Norm", "groupnorm"],
    ["SkipInit", "skipinit"],
    ["ReZero", "rezero"],
    ["divide by √2", "sqrt2"],
    ["1/√2", "sqrt2"],
    ["Pre LN", "pre-ln"],
    ["unnormalised", "unnormalized"],
    ["NF-ResNet", "nfnet"],
    ["NFNet", "nfnet"],
    ["depth-µP", "depth-mup"],
    ["Stable ResNet", "stable-resnet"],
    ["stochastic depth", "stochastic-depth"],
  ] as const)("%s is %s", (given, name) => {
    expect(requireScheme("scheme", given)).toBe(name);
  });

  it.each(["", "norm", "batch", "constructor", "√"])("and %j is none", (given) => {
    expect(() => requireScheme("scheme", given)).toThrow(/^scheme must be one of batchnorm, /);
  });

  it("with only those in a complaint that are offered", () => {
    expect(() => requireScheme("scheme", "layernrm", TRAINABLE_SCHEMES)).toThrow(
      `one of ${TRAINABLE_SCHEMES.join(", ")} (did you mean "layernorm"?)`,
    );
  });

  it("and its scale is its own", () => {
    expect(resolveScheme("SkipInit", parseAlpha("0.5")).branchScale(1, 9)).toBe(0.5);
  });
});

describe("other names", () => {
  it("are taken in any case, with or without hyphens", () => {
    expect(requireOneOf("convention", "Unit_Input", ["paper", "unit-input"])).toBe("unit-input");
    expect(requireOneOf("activation", "ReLU", ["linear", "relu"])).toBe("relu");
    expect(findName("GELU", ["gelu"])).toBe("gelu");
    expect(findName("gel", ["gelu"])).toBeUndefined();
  });

  it("but the exact one first", () => {
    expect(findName("a-b", ["ab", "a-b"])).toBe("a-b");
  });
});
