import type { RunDesign } from "../network/documents.js";
import { InvalidArgumentError } from "../network/errors.js";
import type { ResidualScheme } from "../network/schemes/index.js";
import { NETWORK_PARTS } from "../network/settings/design-choices.js";
import { pickFields } from "../network/settings/fields.js";
import type { NetworkDesign } from "./design.js";
import { HAS } from "./design-choices.js";

/** What of a design was chosen, by name: for run.json and checkpoints. The scheme's name and α are not in it. */
export function designRecord(
  design: NetworkDesign,
  { skip, survivalText }: Pick<ResidualScheme, "skip" | "survivalText">,
): RunDesign {
  const { scheme, normPosition, normGroups, fixup } = design;
  return {
    ...(skip === undefined ? {} : { skip }),
    ...(survivalText === undefined ? {} : { survival: survivalText }),
    ...(normPosition === undefined ? {} : { normPosition }),
    ...(normGroups === undefined ? {} : { normGroups }),
    alphaLearned: design.learnsScale || design.scalesChannels,
    ...(HAS.fixup(scheme) ? { fixup } : {}),
    ...pickFields(NETWORK_PARTS, design),
  };
}

/**
 * What of a design tells networks of one scheme apart, and the constants of their blocks, as the texts of a file's metadata; what
 * is usual is left out: normalisation at `each` activation where the scheme's name says that there is one, a learned α, no
 * biases, factors of 1.
 */
export function designMetadata(design: NetworkDesign): Readonly<Record<string, string>> {
  const { blocks, learnsScale, scalesChannels } = design;
  const branch = blocks.map(({ branchScale, survival = 1 }) => survival * branchScale);
  return {
    ...distinctions(design),
    ...(design.dropout > 0 ? { dropout: String(design.dropout) } : {}),
    ...constants(
      "skip_scale",
      blocks.map(({ skipScale }) => skipScale),
    ),
    ...(learnsScale || scalesChannels ? {} : constants("branch_scale", branch)),
    ...constants(
      "input_deviation",
      blocks.map(({ deviation = 1 }) => deviation),
    ),
  };
}

/**
 * @throws InvalidArgumentError when a file of respath's has the weights of a network with other parts than the design's, naming
 * the first.
 */
export function requireSameParts(
  design: NetworkDesign,
  metadata: Readonly<Record<string, string>>,
  source: string,
): void {
  if (metadata.respath === undefined) return;
  const here = distinctions(design);
  for (const key of DISTINCTIONS) {
    if (here[key] === metadata[key]) continue;
    const [ours, theirs] = [here[key] ?? USUAL[key], metadata[key] ?? USUAL[key]];
    throw new InvalidArgumentError(key.replaceAll("_", " "), ours, `${theirs}, as in ${source}`);
  }
}

const DISTINCTIONS = ["norm_position", "norm_groups", "alpha_fixed", "fixup", "conv_biases"] as const;
type Distinction = (typeof DISTINCTIONS)[number];

/** What a file that does not say is of. */
const USUAL: Readonly<Record<Distinction, string>> = {
  norm_position: "absent",
  norm_groups: "absent",
  alpha_fixed: "false",
  fixup: "absent",
  conv_biases: "false",
};

function distinctions(design: NetworkDesign): Partial<Record<Distinction, string>> {
  const { scheme, normPosition, normGroups, learnsScale, scalesChannels, fixup, convBiases } = design;
  const isUsual = normPosition === "each" && HAS.alwaysNormalizer(scheme);
  const isFixed = HAS.scale(scheme) && !learnsScale && !scalesChannels;
  return {
    ...(normPosition === undefined || isUsual ? {} : { norm_position: normPosition }),
    ...(normGroups === undefined ? {} : { norm_groups: String(normGroups) }),
    ...(isFixed ? { alpha_fixed: "true" } : {}),
    ...(HAS.fixup(scheme) ? { fixup: fixup.join(",") || "none" } : {}),
    ...(convBiases ? { conv_biases: "true" } : {}),
  };
}

/** One number, if all blocks have the same, else one for each; nothing if all are 1. */
function constants(name: string, values: readonly number[]): Readonly<Record<string, string>> {
  const distinct = [...new Set(values)];
  if (distinct.length === 1 && distinct[0] === 1) return {};
  return { [name]: (distinct.length === 1 ? distinct : values).join(",") };
}
