import { FONT_FAMILY } from "./fonts.js";

/** The style of the report page: dark text on white, one column, tables that scroll on a narrow screen. */
export const REPORT_STYLE = `
:root { color-scheme: light; }
body { margin: 0 auto; max-width: 880px; padding: 24px 16px 64px; background: white; color: #1a1a1a;
  font: 16px/1.5 ${FONT_FAMILY}; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid #ddd; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p { margin: .4rem 0; }
a { color: #00558a; }
dl { display: grid; gap: .15rem; margin: 1rem 0; font-size: .9rem; }
dl div { display: flex; gap: 1rem; }
dt { flex: 0 0 6rem; color: #555; }
dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; margin: .5rem 0; }
caption { text-align: left; color: #555; padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid #e5e5e5; }
td { font-variant-numeric: tabular-nums; }
tbody th { font-weight: 400; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: .6rem; font-size: .85rem; font-weight: 600;
  white-space: nowrap; background: #eee; }
.badge.agrees { background: #d9f2e6; color: #00573d; }
.badge.differs, .badge.far { background: #fbe1d3; color: #8a2f00; }
.badge.cannot-tell, .badge.inconclusive { background: #fdf0cc; color: #6b4a00; }
.badge.no-difference { background: #e3ecf5; color: #1f4468; }
.badge.bias { background: #efe0f2; color: #5f2470; }
.badge.not-judged { color: #4a4a4a; }
.legend { font-size: .9rem; color: #444; }
.numbers tr.differs > * { background: #fff5ef; }
.numbers tr.not-judged > * { color: #555; }
.note { background: #fdf0cc; padding: .4rem .75rem; }
figure { margin: 1.25rem 0; break-inside: avoid; }
figure svg { max-width: 100%; height: auto; overflow: visible; }
figcaption { font-size: .85rem; color: #444; }
.files a { white-space: nowrap; }
pre { background: #f5f5f5; padding: .75rem; overflow-x: auto; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
`;
