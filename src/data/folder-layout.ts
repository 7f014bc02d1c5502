import { join } from "node:path";
import { DataError } from "../network/errors.js";
import { foldersIn } from "./class-folders.js";

/** What the folder of the training images may be called, and that of the test images, in any case; the first that is there is taken. */
const TRAIN = ["train", "training"] as const;
const TEST = ["val", "valid", "validation", "test", "testing"] as const;

/** Which folders of a folder hold its images. */
export interface FolderLayout {
  /** Absent: the class folders are in the folder itself. */
  readonly train?: string;
  /** Absent: there are no test images of their own. */
  readonly test?: string;
  /** Folders beside `train` that are not read. */
  readonly leftOut: readonly string[];
}

/**
 * Finds the training and test images in a folder by the names of its folders. One called "train" that has images instead of class
 * folders, beside classes, is a class as well: trains are photographed too.
 *
 * @throws DataError when two folders may be the one that is meant, or there are test images alone.
 */
export async function layoutOf(directory: string): Promise<FolderLayout> {
  const folders = await foldersIn(directory);
  const train = find(TRAIN, folders, directory);
  const test = find(TEST, folders, directory);
  const isTest = (name: string) => (TEST as readonly string[]).includes(name.toLowerCase());
  if (train === undefined) {
    if (test !== undefined && folders.every(isTest)) {
      throw new DataError(
        `${directory} has ${folders.join(" and ")}, and no train; call the folder of the training images train`,
      );
    }
    return { leftOut: [] };
  }
  const others = folders.filter((name) => name !== train);
  const isClass =
    test === undefined && others.length > 0 && (await foldersIn(join(directory, train))).length === 0;
  if (isClass) return { leftOut: [] };
  return { train, ...(test === undefined ? {} : { test }), leftOut: others.filter((name) => name !== test) };
}

function find(names: readonly string[], folders: readonly string[], directory: string): string | undefined {
  for (const name of names) {
    const [first, second] = folders.filter((folder) => folder.toLowerCase() === name);
    if (second !== undefined) {
      throw new DataError(`${directory} has ${first} and ${second}; leave one of them`);
    }
    if (first !== undefined) return first;
  }
  return undefined;
}
