import { DataError } from "../network/errors.js";

/**
 * The class that a folder's name stands for: in Unicode's composed form (NFC), so that `é` is one letter whether a system has written
 * it as one character or, as archives of macOS often do, as two.
 */
export const classNameOf = (folder: string): string => folder.normalize("NFC");

/** Class folders in the order of their classes' names, by UTF-16 code unit. */
export function sortByClass(folders: readonly string[]): string[] {
  const named = folders.map((folder) => ({ folder, name: classNameOf(folder) }));
  return named.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name))).map(({ folder }) => folder);
}

/** @throws DataError for two folders of one class. */
export function requireDistinctClasses(directory: string, folders: readonly string[]): void {
  const names = folders.map(classNameOf);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  throw new DataError(
    `${directory} has two folders of the class ${twice}, in two Unicode forms of its name; put their images into one`,
  );
}
