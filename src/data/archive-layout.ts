/** What is taken from the official archive of a data set, and what messages call it. */
export interface ArchiveLayout {
  /** Such as `CIFAR-10`. */
  readonly dataSet: string;
  /** The archive's file name, and the folder in it. */
  readonly archive: string;
  readonly folder: string;
  readonly archiveMd5: string;
  readonly files: readonly { readonly name: string }[];
}
