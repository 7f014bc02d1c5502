import type { RunDesign } from "../../network/documents.js";
import { InvalidArgumentError } from "../../network/errors.js";
import { plannedBlocks } from "../../network/plan/index.js";
import type { ResidualScheme } from "../../network/schemes/index.js";
import { NETWORK_PARTS } from "../../network/settings/design-choices.js";
import { pickFields } from "../../network/settings/fields.js";
import type { NetworkDesign } from "./design.js";
import { HAS } from "./design-choices.js";
import { trainedScales } from "./trained-scales.js";

/** What of a design was chosen, by name: for run.json and checkpoints. The scheme's name and α are not in it. */
export function designRecord(
  { parts, chosen }: NetworkDesign,
  { skip, survivalText }: Pick<ResidualScheme, "skip" | "survivalText">,
): RunDesign {
  const { normPosition, normGroups, fixup } = chosen;
  return {
    ...(skip === undefined ? {} : { skip }),
    ...(survivalText === undefined ? {} : { survival: survivalText }),
    ...(normPosition === undefined ? {} : { normPosition }),
    ...(normGroups === undefined ? {} : { normGroups }),
    alphaLearned: parts.learnedScale !== "none",
    ...(fixup === undefined ? {} : { fixup }),
    ...pickFields(NETWORK_PARTS, parts),
  };
}

/**
 * What of a design tells networks of one scheme apart, and the constants of their blocks, as the texts of a file's metadata; what
 * is usual is left out: normalisation at `each` activation where the scheme's name says that there is one, a learned α, no
 * biases, factors of 1.
 */
export function designMetadata(design: NetworkDesign): Readonly<Record<string, string>> {
  const { plan, parts } = design;
  const blocks = Array.from(plannedBlocks(plan), (at) => trainedScales(plan, at));
  const branches = blocks.map(({ branch, survival }) => survival * branch);
  return {
    ...distinctions(design),
    ...(parts.dropout > 0 ? { dropout: String(parts.dropout) } : {}),
    ...constants(
      "skip_scale",
      blocks.map(({ skip }) => skip),
    ),
    ...(parts.learnedScale === "none" ? constants("branch_scale", branches) : {}),
    ...constants(
      "input_deviation",
      blocks.map(({ deviation }) => deviation),
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

function distinctions({ plan, parts, chosen }: NetworkDesign): Partial<Record<Distinction, string>> {
  const { scheme } = plan;
  const { normPosition, normGroups, fixup } = chosen;
  const isUsual = normPosition === "each" && HAS.alwaysNormalizer(scheme);
  const isFixed = HAS.scale(scheme) && parts.learnedScale === "none";
  return {
    ...(normPosition === undefined || isUsual ? {} : { norm_position: normPosition }),
    ...(normGroups === undefined ? {} : { norm_groups: String(normGroups) }),
    ...(isFixed ? { alpha_fixed: "true" } : {}),
    ...(fixup === undefined ? {} : { fixup: fixup.join(",") || "none" }),
    ...(parts.convBiases ? { conv_biases: "true" } : {}),
  };
}

/** One number, if all blocks have the same, else one for each; nothing if all are 1. */
function constants(name: string, values: readonly number[]): Readonly<Record<string, string>> {
  const distinct = [...new Set(values)];
  if (distinct.length === 1 && distinct[0] === 1) return {};
  return { [name]: (distinct.length === 1 ? distinct : values).join(",") };
}
