import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openStream } from "../../src/random/index.js";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { count, IS_LONG, SEED } from "./fuzz.js";
import { filesIn, readWhole, run, WRITING_COMMANDS } from "./writing-commands.js";

const folder = temporaryFolder("kills");
const KILLS = IS_LONG ? 40 : 3;
let images: string;
beforeAll(async () => {
  images = await makeFolder(await redAndBlue(12));
  return () => rmSync(images, { recursive: true, force: true });
});

describe.each(WRITING_COMMANDS)(`$name (seed ${SEED})`, (command) => {
  it("killed again and again at random moments, and then left alone, has found what it finds undisturbed", async () => {
    const [whole, killed] = ["whole", "killed"].map((name) =>
      join(folder, `${command.name} ${name}`.replace(/\W+/g, "-")),
    );
    for (const each of [whole, killed]) mkdirSync(each);
    const started = performance.now();
    const undisturbed = await run(command.args(whole, images));
    const lasted = performance.now() - started;
    expect(undisturbed).toMatchObject({ code: 0 });
    const stream = openStream({ seed: SEED, purpose: `kills ${command.name}` });
    for (let kill = 0; kill < KILLS; kill++) {
      const killAfter = lasted * stream.nextUniform();
      const { code, signal } = await run(command.args(killed, images), { killAfter });
      const what = `RESPATH_SEED=${SEED}, kill ${kill + 1} after ${killAfter.toFixed(0)} ms of ${lasted.toFixed(0)}`;
      count({ kills: Number(signal === "SIGKILL") });
      // It may have been done before.
      expect(signal === "SIGKILL" || code === 0, what).toBe(true);
      expect(() => readWhole(command, killed), what).not.toThrow();
    }
    const last = await run(command.args(killed, images));
    expect(last).toMatchObject({ code: 0 });
    expect(command.found(killed, last.stdout)).toEqual(command.found(whole, undisturbed.stdout));
    // Nothing is left that the undisturbed run does not leave, but for what a killed process had begun to write.
    expect(filesIn(killed).filter((name) => !/\.tmp$/.test(name))).toEqual(filesIn(whole));
  });
});
