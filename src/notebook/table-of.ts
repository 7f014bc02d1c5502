import type { PathLengthDistribution } from "../analytic/index.js";
import { variances } from "../network/variance-profile.js";
import { countOf, figure, oneRow, tableOfComparisons } from "../plot/figures.js";
import { tableOf as tableOfDocument } from "../plot/index.js";
import { tableOfProfile } from "../plot/profile-table.js";
import type { Table } from "../plot/table.js";
import { isDistribution, isDocument, isProfile, type Showable } from "./showable.js";

/** The figures of a value that its picture cannot be read for. */
export function tableOf(value: Showable): Table {
  if (isDocument(value)) return tableOfDocument(value);
  if (isDistribution(value)) return tableOfDistribution(value);
  return isProfile(value) ? tableOfProfile(variances(value)) : tableOfComparisons({ value });
}

function tableOfDistribution(law: PathLengthDistribution): Table {
  const limit = law.quantile(0.97);
  return oneRow({
    mean: figure(law.mean),
    variance: figure(law.variance),
    [`P(K ≤ ${countOf(limit)})`]: figure(law.cdf(limit)),
    [`P(K > ${countOf(limit)})`]: figure(law.sf(limit)),
    median: countOf(law.quantile(0.5)),
    "97 % quantile": countOf(limit),
  });
}
