import { describe, expect, it } from "vitest";
import { InvalidArgumentError, RespathError } from "../../src/network/errors.js";
import { describeError, restoreError } from "../../src/system/remote-error.js";

/** What postMessage does to plain data. */
const throughAMessage = (error: unknown) => restoreError(structuredClone(describeError(error)));

describe("an error that crosses threads", () => {
  it("stays an error thrown on purpose, with its name, message, exit code and stack", () => {
    const thrown = new InvalidArgumentError("width", 0, "a positive integer");
    const restored = throughAMessage(thrown);
    expect(restored).toBeInstanceOf(InvalidArgumentError);
    expect(restored).toMatchObject({ name: "InvalidArgumentError", message: thrown.message, exitCode: 2 });
    expect(restored).toMatchObject({ argument: "width", value: 0, allowed: "a positive integer" });
    expect(restored.stack).toBe(thrown.stack);
  });

  it("keeps exit code 1 as well", () => {
    expect(throughAMessage(new RespathError("no room"))).toMatchObject({ message: "no room", exitCode: 1 });
  });

  it("stays an unexpected error, which the command prints with its stack", () => {
    const thrown = new TypeError("x is not a function");
    const restored = throughAMessage(thrown);
    expect(restored).not.toBeInstanceOf(RespathError);
    expect(restored).toMatchObject({ name: "TypeError", message: thrown.message, stack: thrown.stack });
    expect(restored).not.toHaveProperty("exitCode");
  });

  it("becomes an error where something else was thrown", () => {
    expect(throughAMessage("just text")).toMatchObject({ name: "Error", message: "just text" });
  });
});
