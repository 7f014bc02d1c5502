import { DataError } from "../network/errors.js";
import { reasonOf } from "../system/write-file.js";

/** @throws DataError naming the path when what is read there cannot be. */
export async function reading<T>(path: string, how: () => Promise<T>): Promise<T> {
  try {
    return await how();
  } catch (error) {
    const isFile = (error as NodeJS.ErrnoException).code === "ENOTDIR";
    throw new DataError(`cannot read ${path}: ${isFile ? "it is not a folder" : reasonOf(error)}`);
  }
}
