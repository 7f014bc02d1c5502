import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { openStream } from "../../src/random/index.js";
import { makeFolder, redAndBlue } from "../data/small-folder.js";
import { temporaryFolder } from "../helpers/temporary-folder.js";
import { count, IS_LONG, SEED } from "./fuzz.js";
import { filesIn, readWhole, run, WRITING_COMMANDS, type WritingCommand } from "./writing-commands.js";

const SMALL_DISK = pathToFileURL(join(import.meta.dirname, "small-disk.mjs")).href;
const folder = temporaryFolder("full-disk");
const DISKS = IS_LONG ? 20 : 2;
let images: string;
beforeAll(async () => {
  images = await makeFolder(await redAndBlue(12));
  return () => rmSync(images, { recursive: true, force: true });
});

/** What must hold after a disk was full: one line, exit 1, and with room the same command ends as if nothing had been. */
async function goesOn(
  command: WritingCommand,
  place: string,
  disk: { full: () => ReturnType<typeof run>; free: () => void },
) {
  const { code, stdout, stderr } = await disk.full();
  count({ disks: 1 });
  expect(stdout).toBe("");
  // A refusal before anything was begun leaves nothing.
  expect({ code, left: filesIn(place) }).toEqual(
    code === 2 ? { code: 2, left: [] } : expect.objectContaining({ code: 1 }),
  );
  const complaint = stderr.trimEnd().split("\n").at(-1);
  expect(complaint).toMatch(/^respath: .*the disk is full/);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(() => readWhole(command, place)).not.toThrow();
  disk.free();
  const last = await run(command.args(place, images));
  expect(last).toMatchObject({ code: 0 });
  return command.found(place, last.stdout);
}

describe.each(WRITING_COMMANDS)(`$name (seed ${SEED})`, (command) => {
  const places = ["whole", ...Array.from({ length: DISKS }, (_, n) => `disk-${n}`)].map((name) =>
    join(folder, `${command.name} ${name}`.replace(/\W+/g, "-")),
  );
  it("says in one line that the disk is full, and goes on when it is not any more", async () => {
    const stream = openStream({ seed: SEED, purpose: `disks ${command.name}` });
    for (const place of places) mkdirSync(place);
    const undisturbed = await run(command.args(places[0], images));
    const expected = command.found(places[0], undisturbed.stdout);
    const size = filesIn(places[0]).length;
    expect(size).toBeGreaterThan(0);
    for (const place of places.slice(1)) {
      const bytes = Math.floor(3000 * stream.nextUniform());
      const full = () =>
        run(command.args(place, images), {
          node: ["--import", SMALL_DISK],
          env: { SMALL_DISK_BYTES: String(bytes) },
        });
      const found = await goesOn(command, place, { full, free: () => {} });
      expect(found, `RESPATH_SEED=${SEED}, ${bytes} bytes`).toEqual(expected);
    }
  });
});

// A disk of its own, where this process may have one.
const disk = join(folder, "disk");
mkdirSync(disk);
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", disk]).status === 0;

describe.runIf(isMounted)("on a real disk of 16 kB", () => {
  beforeAll(() => () => spawnSync("umount", [disk]));

  it.each(WRITING_COMMANDS.filter(({ name }) => !name.includes("workers")))("$name", async (command) => {
    const place = join(disk, command.name.replace(/\W+/g, "-"));
    mkdirSync(place);
    const filler = join(disk, "filler");
    const full = () => {
      writeFileSync(filler, new Uint8Array(8_192));
      return run(command.args(place, images));
    };
    const expected = join(folder, `${command.name} expected`.replace(/\W+/g, "-"));
    mkdirSync(expected);
    const undisturbed = await run(command.args(expected, images));
    const found = await goesOn(command, place, {
      full,
      free: () => spawnSync("mount", ["-o", "remount,size=64m", disk]),
    });
    expect(found).toEqual(command.found(expected, undisturbed.stdout));
    rmSync(place, { recursive: true });
    rmSync(filler);
    spawnSync("mount", ["-o", "remount,size=16k", disk]);
  });
});
