import { COLORS } from "./theme.js";

interface Rule {
  readonly axis: "x" | "y";
  readonly at: number;
  /** The ends on the other axis. */
  readonly ends: readonly [number, number];
  readonly label: string;
}

/** A dashed rule across the panel at a value of one axis, labelled near 0 on the other axis. */
export function ruleAt({ axis, at, ends: [from, to], label }: Rule): object[] {
  const field = (name: string) => ({ field: name, type: "quantitative" });
  const other = axis === "x" ? "y" : "x";
  const place = axis === "x" ? { at, from, to, label: 0.06 * to } : { at, from, to, label: 0 };
  const data = { values: [place] };
  const encoding = { [axis]: field("at"), [other]: field("from"), [`${other}2`]: { field: "to" } };
  const mark = { type: "rule", color: COLORS.theory, strokeWidth: 1, strokeDash: [4, 3] };
  const words = {
    type: "text",
    text: label,
    align: "left",
    dx: 5,
    dy: axis === "x" ? 0 : 9,
  };
  return [
    { data, mark, encoding },
    {
      data,
      mark: { ...words, fontSize: 11, color: COLORS.theory },
      encoding: { [axis]: field("at"), [other]: field("label") },
    },
  ];
}
