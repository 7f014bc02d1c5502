import type { TopLevelSpec } from "vega-lite";
import { COLORS, onePanel } from "../../src/plot/theme.js";
import type { InitialProfiles } from "./document.js";

const SERIES = [
  { name: "skip", color: COLORS.skip },
  { name: "branch", color: COLORS.branch },
  { name: "q", color: COLORS.third },
] as const;

/** The measured numbers over the predicted ones, with two standard errors to each side; a row for each design. */
export function picture(profiles: InitialProfiles): TopLevelSpec {
  const { models, images, networks, rows } = profiles;
  const values = rows
    .filter(({ expected }) => expected > 0)
    .map(({ design, block, quantity, found, expected }) => ({
      design,
      quantity,
      // Blocks side by side within a row.
      offset: `${quantity}${block}`,
      ratio: found.mean / expected,
      low: (found.mean - 2 * found.standardError) / expected,
      high: (found.mean + 2 * found.standardError) / expected,
    }));
  const names = SERIES.map(({ name }) => name);
  const blocks = Math.max(...rows.map(({ block }) => block));
  const offsets = names.flatMap((name) =>
    Array.from({ length: blocks }, (_, index) => `${name}${index + 1}`),
  );
  const color = {
    field: "quantity",
    type: "nominal",
    scale: { domain: names, range: SERIES.map((one) => one.color) },
  };
  const y = { field: "design", type: "nominal", sort: null, title: null };
  const yOffset = { field: "offset", type: "nominal", scale: { domain: offsets } };
  const x = { field: "ratio", type: "quantitative", scale: { zero: false }, title: "measured / predicted" };
  const panel = {
    width: 430,
    height: 46 * new Set(values.map(({ design }) => design)).size,
    data: { values },
    layer: [
      {
        mark: { type: "rule", strokeWidth: 1.2 },
        encoding: { y, yOffset, x: { ...x, field: "low" }, x2: { field: "high" }, color },
      },
      { mark: { type: "point", filled: true, size: 22, opacity: 1 }, encoding: { y, yOffset, x, color } },
      {
        data: { values: [{ level: 1 }] },
        mark: { type: "rule", color: COLORS.theory, strokeDash: [5, 3] },
        encoding: { x: { field: "level", type: "quantitative" } },
      },
    ],
  } as Parameters<typeof onePanel>[1];
  const title = "Variances at initialisation: measured over predicted";
  const of = models.length > 1 ? `${models.join(" and ")}, extrapolated to infinite width` : models[0];
  return onePanel(
    {
      description: `${title}, ${of}, by scheme and block.`,
      title,
      subtitle: [
        `${of}; mean of ${networks} networks ± 2 standard errors`,
        `${images.count} images of ${images.source}, ${images.side}×${images.side}; blocks 1 to ${blocks} from above; q = branch/(skip + branch)`,
      ],
    },
    panel,
  );
}
