import { kinds } from "../network/checks/compiled/result.js";
import type { ResultDocument } from "../network/documents.js";

/** The kinds of document that have a picture: all but the summary of a model. */
export const RESULT_KINDS: readonly ResultDocument["kind"][] = (
  kinds as readonly (ResultDocument["kind"] | "model-summary")[]
).filter((kind) => kind !== "model-summary");
