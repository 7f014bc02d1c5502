import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { measuredPathLengths } from "../../src/analytic/index.js";
import { decodeText } from "../../src/network/decode-text.js";
import { parseMeasuredProfile } from "../../src/network/measured-profile/index.js";

const folder = join(import.meta.dirname, "../fixtures/profiles");
const parse = (text: string) => parseMeasuredProfile(text, { source: "m" });
const message = (text: string): string => {
  try {
    parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`accepted: ${text}`);
};

const PROFILE = { origin: "measured", skip: [1.02, 1.63], branch: [0.61, 0.63] };

describe("profiles as pandas, NumPy, R, Excel and PowerShell write them", () => {
  const files = readdirSync(folder);

  it.each(files)("%s", (name) => {
    expect(parse(decodeText(readFileSync(join(folder, name))))).toEqual(PROFILE);
  });

  it("are there", () => expect(files.length).toBeGreaterThan(20));
});

describe("what is no table", () => {
  it.each([
    ["a line of a thousand letters", "x".repeat(999), `this one, "${"x".repeat(39)}…`],
    ["a binary file", "PK\u0003\u0004\n\u0000", 'this one, "pk\\u0003\\u0004"'],
    [
      "a thousand columns",
      `<html>${",x".repeat(999)}`,
      "columns <html>, x, x, x, x, x, x, x, x, x and 990 more",
    ],
  ])("is shown shortened, and as text: %s", (_, text, end) => {
    expect(message(text).slice(-end.length)).toBe(end);
  });
});

describe("a CSV profile", () => {
  it("with `name` first and empty gives the law of its two blocks", () => {
    const profile = parse("name,block,skip,branch\n,1,1.02,0.61\nlayer1.1,2,1.63,0.63");
    const law = measuredPathLengths({ profile, source: "m", within: [1] });
    // q = 0.61/1.63 and 0.63/2.26: mean q₁ + q₂, variance Σ q(1 − q), P(K ≤ 1) = 1 − q₁q₂.
    const [first, second] = [0.61 / 1.63, 0.63 / 2.26];
    expect(law.mean).toBeCloseTo(first + second, 14);
    expect(law.variance).toBeCloseTo(first * (1 - first) + second * (1 - second), 14);
    expect(law.within[1]).toBeCloseTo(1 - first * second, 14);
    expect([law.mean, law.variance, law.within[1]].map((value) => value?.toFixed(6))).toEqual([
      "0.652994",
      "0.435236",
      "0.895678",
    ]);
  });

  it.each([
    ["lone carriage returns", "block,skip,branch\r1,1.02,0.61\r2,1.63,0.63\r"],
    ["several kinds of line end", "block,skip,branch\r\n1,1.02,0.61\r2,1.63,0.63\n"],
    ["line breaks in quotes", 'name,block,skip,branch\n"a\r\n,""b""\n",1,1.02,0.61\n"",2,1.63,0.63'],
    ["space around fields and quotes", ' "block" ,skip , BRANCH\n 1 , "1.02" ,0.61\n2, 1.63,\t0.63'],
    ["empty lines", "\n \nblock,skip,branch\n\n1,1.02,0.61\n   \n2,1.63,0.63\n\n"],
    ["a spreadsheet's empty rows", ";;\nblock;skip;branch\n1;1,02;0,61\n;;\n2;1,63;0,63\n;;\n; ;\n"],
    ["comments before the header", "# measured today\n#;;\nblock,skip,branch\n1,1.02,0.61\n2,1.63,0.63"],
    ["a separator of its own, named", "sep=|\nblock|skip|branch\n1|1.02|0.61\n2|1.63|0.63"],
    ["exponents", "block;skip;branch\n1;10,2E-01;6,1e-1\n2;1,63e+0;,63"],
    ["a mark that was not decoded", "\uFEFFblock,skip,branch\n1,1.02,0.61\n2,1.63,0.63"],
    ["semicolons and decimal points", "block;skip;branch\n1;1.02;0.61\n2;1.63;0.63"],
    [
      "a comma in a name of a file with semicolons",
      'name;block;skip;branch\n"a,b";1;1,02;0,61\nc,d,e;2;1,63;0,63',
    ],
  ])("may have %s", (_, text) => {
    expect(parse(text)).toEqual(PROFILE);
  });

  it("has decimal commas between semicolons even where they could stand between thousands", () => {
    expect(parse("block;skip;branch\n1;1,234;2,500").skip).toEqual([1.234]);
    expect(parse("block\tskip\tbranch\n1\t1,234\t0,500").skip).toEqual([1.234]);
  });

  it.each([
    [
      "block|skip|branch\n1|1|1",
      "m, row 1, column block: is missing; the header is block,skip,branch and, if wanted, name, in any order; no comma, semicolon or tab separates anything in this one, block|skip|branch",
    ],
    [
      "Block;Skip;Ast\n1;1;1",
      "m, row 1, column branch: is missing; the header is block,skip,branch and, if wanted, name, in any order; separated by semicolons, this one has the columns block, skip, ast",
    ],
    [
      "\tblock\tskip\n0\t1\t1",
      "m, row 1, column branch: is missing; the header is block,skip,branch and, if wanted, name, in any order; separated by tabs, this one has the columns one without a name, block, skip",
    ],
    ["sep=;\nblock;skip;branch;depth", "m, row 2, column depth: is not known"],
    // More commas than semicolons.
    ["block;skip;branch;of (a,b,c,d,e)", "m, row 1, column of (a,b,c,d,e): is not known"],
    // Each separator ends a field: three in each of these rows, and one too many or too few.
    ["block,skip,branch\n,1,", 'm, row 2, column block: must be a whole number of at least 1, not ""'],
    ["block,skip,branch\n,,", "m: has no rows"],
    ["block,skip,branch\n1,1,1\n,1,1,1", "m, row 3: must have 3 fields (block,skip,branch), not 4"],
    ["block,skip,branch\n1,1,1\n2,1,1,", "m, row 3: must have 3 fields (block,skip,branch), not 4"],
    ["block;skip;branch\n1;1;1\n\n2;1", "m, row 4: must have 3 fields (block;skip;branch), not 2"],
    [
      "block,skip,branch\n0,1,1,1",
      "m, row 2: must have 3 fields (block,skip,branch), not 4; if the first is a name of the row, begin the header with a separator",
    ],
    [
      "block,skip,branch\n1,1,02,0,61",
      "m, row 2: must have 3 fields (block,skip,branch), not 5; numbers with a decimal comma need semicolons or tabs between them",
    ],
    [
      "block,skip,branch,\n1,1,1,\n2,1,1,7",
      'm, row 3: has "7" in column 4, to which the header gives no name',
    ],
    [
      'block,skip,branch,name\n1,1,1,"a\nb"\n2,1,x,c',
      'm, row 4, column branch: must be a variance, a finite number of at least 0, not "x"',
    ],
    [
      'block,skip,branch,name\n1,1,1,a\n2,1,1,"b\n3,1,1,c\n',
      "m, row 3: has a quotation mark that is not closed",
    ],
    ['block,skip,branch,name\n1,1,1,5" wide', "m, row 2: has a quotation mark within a field"],
    [
      "block,skip,branch\n1,1,1\n# 2,1,1",
      'm, row 3, column block: must be a whole number of at least 1, not "# 2"',
    ],
    [
      "block;skip;branch\n1;1,5;1\n2;1.5;1",
      'm, row 3, column skip: "1.5" has a decimal point, and "1,5" a comma (m, row 2, column skip); use one of them throughout',
    ],
    ["block;skip;branch\n1;1.234,5;1", 'm, row 2, column skip: "1.234,5" has a point and a comma'],
    [
      "block\tskip\tbranch\n1\t1\t1,234",
      'm, row 2, column branch: "1,234" may be 1234 or 1.234; write which it is',
    ],
    [
      "block\tskip\tbranch\n1\t1\t1,234,567",
      'm, row 2, column branch: must be a variance, a finite number of at least 0, not "1,234,567"',
    ],
    [
      "block,skip,branch\n1,0x10,1",
      'm, row 2, column skip: must be a variance, a finite number of at least 0, not "0x10"',
    ],
    [
      "block,skip,branch\n1,NA,1",
      'm, row 2, column skip: must be a variance, a finite number of at least 0, not "NA"',
    ],
    [
      "block,skip,branch\n1,61%,1",
      'm, row 2, column skip: must be a variance, a finite number of at least 0, not "61%"',
    ],
  ])("is refused, by row and column: %j", (text, start) => {
    expect(message(text).slice(0, start.length)).toBe(start);
    expect(message(text)).not.toMatch(/\n/);
  });
});

describe("decodeText", () => {
  const text = '{"α": "β"}';
  const bytes = (order: "le" | "be", mark: boolean) => {
    const buffer = Buffer.from((mark ? "\uFEFF" : "") + text, "utf16le");
    return order === "le" ? buffer : buffer.swap16();
  };

  it.each([
    ["UTF-8", Buffer.from(text)],
    ["UTF-8 with a mark", Buffer.from(`\uFEFF${text}`)],
    ["UTF-16 LE", bytes("le", true)],
    ["UTF-16 BE", bytes("be", true)],
    ["UTF-16 LE without a mark", bytes("le", false)],
    ["UTF-16 BE without a mark", bytes("be", false)],
  ])("reads %s", (_, given) => expect(decodeText(given)).toBe(text));

  it("reads nothing from nothing", () => {
    expect(decodeText(new Uint8Array(0))).toBe("");
    expect(decodeText(Uint8Array.of(0xff, 0xfe))).toBe("");
  });
});
