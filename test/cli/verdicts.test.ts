import { describe, expect, it } from "vitest";
import { expectRefused, respath } from "./run.js";

const BACKWARD = "sample --scheme batchnorm --depth 50 --backward --trials 6".split(" ");
const SMALL = "sample --scheme batchnorm --depth 8 --width 16 --batch 8 --within 2 --trials 4".split(" ");

describe("a verdict on the command line", () => {
  it("ends with 0 whatever it is, and with 3 where a script asks for it", async () => {
    const differs = await respath(BACKWARD);
    expect(differs).toMatchObject({ code: 0 });
    expect(differs.stdout).toMatch(/^differs: squared gradient norm by block, level \+7/m);
    expect(differs.stdout).toMatch(
      /squared gradient norm by block, level +\+7.* % +0 % +±2 % .*differs, bias seen$/m,
    );
    const failed = await respath([...BACKWARD, "--fail-on", "differs"]);
    expect({ ...failed, stderr: "" }).toEqual({ ...differs, code: 3, stderr: "" });
    expect(await respath([...BACKWARD, "--fail-on", "cannot-tell"])).toMatchObject({ code: 0 });
    expect(await respath([...SMALL, "--fail-on", "differs"])).toMatchObject({ code: 0 });
    expect(await respath([...SMALL, "--fail-on", "differs,cannot-tell"])).toMatchObject({ code: 3 });
  });

  it("says what is not judged, and why", async () => {
    const { stdout } = await respath(SMALL);
    expect(stdout).toMatch(/^cannot tell yet: .* would settle it/m);
    expect(stdout).toMatch(
      /^not judged: single shares \(their mean length and P\(K ≤ k\) are\); other moments/m,
    );
    const extrapolated = await respath([
      ...SMALL.filter((word) => !/width|^16$/.test(word)),
      "--widths",
      "8,16",
    ]);
    expect(extrapolated.stdout).toMatch(/mean length, width 8 .* -$/m);
    expect(extrapolated.stdout).toMatch(/mean length, width → ∞ .*(agrees|differs|cannot tell yet)/);
  });

  it("takes a margin and a confidence", async () => {
    const { stdout } = await respath([...SMALL, "--margin", "1", "--confidence", "0.5", "--json"]);
    const { verdict, meanLength } = JSON.parse(stdout);
    expect(verdict.confidence).toBe(0.5);
    expect(meanLength.margin).toBeCloseTo(meanLength.theory, 12);
    expectRefused(
      await respath([...SMALL, "--margin", "2 %"]),
      /--margin must be a positive number of at most 1, such as 0.02/,
    );
    expectRefused(
      await respath([...SMALL, "--confidence", "95"]),
      /--confidence must be a number from 0.5 to 0.999999/,
    );
    expectRefused(
      await respath([...SMALL, "--fail-on", "difers"]),
      /--fail-on must be one of differs, cannot-tell/,
    );
    for (const given of ["", "differs,"]) {
      expectRefused(
        await respath([...SMALL, "--fail-on", given]),
        `--fail-on must be differs, cannot-tell, or both: differs,cannot-tell, not ${JSON.stringify(given)}`,
      );
    }
  });
});
