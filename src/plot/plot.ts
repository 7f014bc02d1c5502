import type { TopLevelSpec } from "vega-lite";
import type { ResultDocument } from "../network/documents.js";
import type { Table } from "./table.js";

/** What is shown of a kind of document: its picture, and the figures that cannot be read from that. */
export interface Plot<Document> {
  readonly draw: (document: Document) => TopLevelSpec;
  readonly table: (document: Document) => Table;
}

/** The result document of a kind. */
export type DocumentOf<Kind extends ResultDocument["kind"]> = ResultDocument extends infer Document
  ? Document extends { readonly kind: infer Own }
    ? Kind extends Own
      ? Document
      : never
    : never
  : never;

/** The plots of some kinds. */
export type PlotsOf<Kind extends ResultDocument["kind"]> = {
  readonly [One in Kind]: Plot<DocumentOf<One>>;
};
