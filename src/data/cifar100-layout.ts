import type { ArchiveLayout } from "./archive-layout.js";
import { IMAGE_BYTES, type Split } from "./cifar10-layout.js";
import { type LabelledImages, labelledImages, standardisationOf } from "./labelled-images.js";

/** What a complete copy of CIFAR-100 consists of. Tests use a small one of the same form. */
export interface Cifar100Layout extends ArchiveLayout {
  /** Images of each class. */
  readonly imagesPerClass: Readonly<Record<Split, number>>;
}

/** Records of two label bytes, a coarse class and the fine one, and the image. */
const LABEL_BYTES = 2;
const RECORD_BYTES = LABEL_BYTES + IMAGE_BYTES;
const [CLASSES, COARSE_CLASSES] = [100, 20];
const NAMES_FILE = "fine_label_names.txt";

/** The published data set: https://www.cs.toronto.edu/~kriz/cifar.html, binary version. */
export const OFFICIAL_CIFAR100: Cifar100Layout = {
  dataSet: "CIFAR-100",
  archive: "cifar-100-binary.tar.gz",
  folder: "cifar-100-binary",
  archiveMd5: "03b5dce01913d631647c71ecec9e9cb8",
  files: [{ name: "train.bin" }, { name: "test.bin" }, { name: NAMES_FILE }],
  imagesPerClass: { train: 500, test: 100 },
};

/**
 * The images of both splits with their fine classes, and the standardisation of the training images on both. The
 * published md5 is that of the archive, so what is known of the files themselves is checked: their sizes, that each fine
 * class lies in one coarse class, and how many images it has.
 *
 * @param contents of the layout's files, by name.
 * @throws Error saying what is not as published.
 */
export function decodeCifar100(
  contents: ReadonlyMap<string, Uint8Array>,
  { imagesPerClass }: Pick<Cifar100Layout, "imagesPerClass">,
): Readonly<Record<Split, LabelledImages>> {
  const classNames = decodeNames(contents.get(NAMES_FILE)!);
  const coarseOf = new Map<number, number>();
  const decode = (split: Split) => {
    const records = contents.get(`${split}.bin`)!;
    checkRecords(`${split}.bin`, { records, perClass: imagesPerClass[split], coarseOf });
    return labelledImages({ records: [records], labelBytes: LABEL_BYTES, classNames });
  };
  const [train, test] = [decode("train"), decode("test")];
  const standardisation = standardisationOf(train);
  return { train: { ...train, standardisation }, test: { ...test, standardisation } };
}

function decodeNames(content: Uint8Array): string[] {
  const names = Buffer.from(content).toString("utf8").split(/\s+/).filter(Boolean);
  if (new Set(names).size !== CLASSES || names.length !== CLASSES) {
    throw new Error(`${NAMES_FILE} does not hold ${CLASSES} different names`);
  }
  return names;
}

interface RecordsCheck {
  readonly records: Uint8Array;
  readonly perClass: number;
  /** The coarse class of each fine one, which is filled. */
  readonly coarseOf: Map<number, number>;
}

function checkRecords(name: string, { records, perClass, coarseOf }: RecordsCheck): void {
  const expected = CLASSES * perClass * RECORD_BYTES;
  if (records.length !== expected) {
    throw new Error(`${name} is ${records.length} bytes, expected ${expected}`);
  }
  const counts = new Uint32Array(CLASSES);
  for (let offset = 0; offset < records.length; offset += RECORD_BYTES) {
    const [coarse, fine] = [records[offset]!, records[offset + 1]!];
    if (!coarseOf.has(fine)) coarseOf.set(fine, coarse);
    if (coarse >= COARSE_CLASSES || fine >= CLASSES || coarseOf.get(fine) !== coarse) {
      const image = offset / RECORD_BYTES;
      throw new Error(
        `${name} has the labels ${coarse} and ${fine} at image ${image}, which do not go together`,
      );
    }
    counts[fine]! += 1;
  }
  const uneven = counts.findIndex((count) => count !== perClass);
  if (uneven >= 0) {
    throw new Error(`${name} has ${counts[uneven]} images of class ${uneven}, expected ${perClass}`);
  }
}
