import { describe, expect, it } from "vitest";
import { plotOf, renderPlot, tableOf } from "../../src/plot/index.js";
import { chartOf } from "../../src/plot/sweep-groups.js";
import { sweepDocument } from "./sweep-document.js";

describe("a sweep", () => {
  it("is the accuracy against the rate, a curve a scheme, with means and errors over seeds", () => {
    const { x, by, measure, xs, curves, points } = chartOf(sweepDocument());
    expect({ x, by, measure, xs, curves }).toEqual({
      ...{ x: "lr", by: "scheme", measure: "test accuracy", xs: [0.125, 0.25, 0.5] },
      curves: ["scheme batchnorm", "scheme skipinit"],
    });
    expect(points[1]).toMatchObject({ x: 0.25, seeds: 2, lost: 0 });
    expect(points[1].mean).toBeCloseTo(0.525, 12);
    expect(points[1].se).toBeCloseTo(0.005, 12);
    // Diverged runs have no part in a mean.
    expect(points[5]).toEqual({
      ...{ x: 0.5, seeds: 0, lost: 2, se: 0 },
      curve: "scheme skipinit",
      panel: "",
    });
  });

  it("takes another axis and measure, and refuses those that it does not have", () => {
    expect(chartOf(sweepDocument(), { x: "scheme", measure: "training loss" })).toMatchObject({
      ...{ x: "scheme", by: "lr", curves: ["lr 0.125", "lr 0.25", "lr 0.5"] },
    });
    expect(() => chartOf(sweepDocument(), { x: "width" })).toThrow(/x must be one of scheme, lr, seed/);
    expect(() => chartOf(sweepDocument(), { measure: "f1" })).toThrow(
      /one of training loss, test accuracy, steps/,
    );
  });

  it("says its settings and the best values, and marks what was lost", async () => {
    const svg = String(await renderPlot(plotOf(sweepDocument()), "svg"));
    for (const words of [
      "Test accuracy against lr",
      "respath train, model wrn-16-1, steps 60, 6 cells, 12 runs",
    ]) {
      expect(svg).toContain(words);
    }
    expect(svg).toContain(
      "Best lr of scheme batchnorm: 0.5 (test accuracy 0.5450 ± 0.0050); tied with it: 0.25",
    );
    expect(tableOf(sweepDocument()).rows[5].slice(-2)).toEqual(["0", "2"]);
  });
});
