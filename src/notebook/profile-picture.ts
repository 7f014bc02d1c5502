import type { TopLevelSpec } from "vega-lite";
import { type VarianceProfile, variances } from "../network/variance-profile.js";
import { logAxis, spansDecades } from "../plot/axes.js";
import { counted } from "../plot/labels.js";
import { curve, linePanel } from "../plot/line-panel.js";
import { COLORS, onePanel } from "../plot/theme.js";

const [SKIP, BRANCH] = ["skip path", "residual branch"];

/** The variance of both paths by block, whatever the profile's origin. */
export function profilePicture(profile: VarianceProfile): TopLevelSpec {
  const { skip, branch } = finite(variances(profile));
  const isLog = spansDecades(skip, branch);
  const title = "Variance of the skip path and the residual branch";
  const settings = `${counted(skip.length, "residual block")}, ${profile.origin}`;
  return onePanel(
    { description: `${title}: ${settings}`, title, subtitle: [settings] },
    linePanel({
      series: [
        { name: SKIP, color: COLORS.skip },
        { name: BRANCH, color: COLORS.branch },
      ],
      points: [...curve(SKIP, skip), ...curve(BRANCH, branch)],
      x: "block i",
      y: "variance",
      yAxis: isLog ? logAxis(skip, branch) : undefined,
      zero: true,
      height: 220,
    }),
  );
}

/** Beyond float64 a curve is interrupted, as JSON has no infinity. */
function finite({ skip, branch }: { readonly skip: readonly number[]; readonly branch: readonly number[] }) {
  const orNull = (value: number) => (Number.isFinite(value) ? value : null);
  return { skip: skip.map(orNull), branch: branch.map(orNull) };
}
