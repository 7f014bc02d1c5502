import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startProgress } from "../../src/system/progress.js";

let lines: string[];
const stream = { isTTY: false, write: (line: string) => lines.push(line) } as unknown as NodeJS.WriteStream;

beforeEach(() => {
  lines = [];
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Progress from `from` percent, a percent each `seconds`. */
function advance(from: number, to: number, seconds: number): void {
  const progress = startProgress({ label: "training", total: 100, stream });
  for (let done = from; done <= to; done++) {
    progress.update(done, `step ${done}`);
    vi.advanceTimersByTime(1000 * seconds);
  }
}

it.each([
  // 98 % are left after two: 98 times the seconds.
  [6, "10 min"],
  [100, "2 h 44 min"],
] as const)("says how long the rest takes, at %d s a percent", (seconds, left) => {
  advance(0, 2, seconds);
  expect(lines.at(-1)).toBe(`training: 2 %, ${2 * seconds} s, about ${left} left, step 2\n`);
});

it("counts from where the work began, which may be a checkpoint", () => {
  advance(90, 95, 10);
  // Five percent in 50 s, and five are left.
  expect(lines.at(-1)).toBe("training: 95 %, 50 s, about 50 s left, step 95\n");
});

it("shows a bar whose time left is left out until it is known, and is text", () => {
  // Without fps limits: every update of the bar is drawn.
  vi.useRealTimers();
  vi.useFakeTimers();
  let drawn = "";
  const write = (text: string) => {
    drawn += text;
    return true;
  };
  const terminal = { isTTY: true, columns: 200, write, on() {}, removeListener() {} };
  const progress = startProgress({
    label: "training",
    total: 100,
    stream: terminal as unknown as NodeJS.WriteStream,
  });
  const after = (done: number, seconds: number) => {
    drawn = "";
    vi.advanceTimersByTime(1000 * seconds);
    progress.update(done, `step ${done}`);
    vi.advanceTimersByTime(1000);
    return drawn;
  };
  expect(after(0, 0)).toMatch(/ 0 % \| step 0/);
  expect(after(0, 60)).not.toMatch(/left|NF|Inf/i);
  // Ten percent in two minutes of waiting: 90 are left.
  expect(after(10, 58)).toMatch(/ 10 % \| about 18 min left \| step 10/);
  expect(after(100, 60)).toMatch(/ 100 % \| step 100/);
  progress.stop();
});
