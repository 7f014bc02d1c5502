import { beforeAll, expect, it } from "vitest";
import { parseAlpha } from "../../src/analytic/expression.js";
import { resolveScheme } from "../../src/analytic/index.js";
import { startTensors } from "../../src/tensor/index.js";
import { networkOf } from "./networks.js";

beforeAll(() => startTensors());

it("a scale in j and n is that of the block's place in its stage", () => {
  const scheme = resolveScheme("skipinit", parseAlpha("10*j + n"));
  const network = networkOf("wrn-16-1", scheme);
  const alphas = network.parameters.filter(({ name }) => name.endsWith(".alpha"));
  expect(alphas.map(({ variable }) => variable.dataSync()[0])).toEqual([12, 22, 12, 22, 12, 22]);
  network.dispose();
});
