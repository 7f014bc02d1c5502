import { describe, expect, it } from "vitest";
import { parseXml } from "./xml.js";

/** What XML 1.0 (fifth edition) forbids, by what is wrong. */
const FORBIDDEN = {
  NUL: "<a>\0</a>",
  "a control character": "<a>\x01</a>",
  "a control character in an attribute": '<a b="\x1b"/>',
  "a reference to a control character": "<a>&#1;</a>",
  "a bare &": "<a>x & y</a>",
  "a bare & in an attribute": '<a b="x&y"/>',
  "an entity that is not declared": "<a>&nbsp;</a>",
  "< in an attribute": '<a b="<"/>',
  "the end of a CDATA section": "<a>]]></a>",
  "an attribute twice": '<a b="1" b="2"/>',
  "the first half of a pair": "<a>\ud800</a>",
  "the first half of a pair at the end": "<a>\ud83d</a>",
  "the second half of a pair": "<a>\udc00x</a>",
  "half of a pair in an attribute": '<a b="\ud800"/>',
  "U+FFFE": "<a>\ufffe</a>",
  "U+FFFF": "<a>\uffff</a>",
  "an element that is not closed": "<a><b></a>",
  "two roots": "<a/><b/>",
  "text behind the root": "<a/>x",
  "an attribute without quotes": "<a b=1/>",
  "a prefix that is not declared": '<a x:href="1"/>',
  nothing: "",
};

const ALLOWED = {
  "an element": ["<a/>", []],
  "escaped characters": ["<a>&amp;&lt;&gt;&quot;&#39;</a>", ["&<>\"'"]],
  "characters beyond 16 bits": ["<a>😀\u{1fffe}</a>", ["😀\u{1fffe}"]],
  "separators of lines and paragraphs": ["<a>\u2028\u2029</a>", ["\u2028\u2029"]],
  "C1 controls": ["<a>\x7f\x85</a>", ["\x7f\x85"]],
  "tabs and line breaks": ["<a>\t\n</a>", ["\t\n"]],
} as const;

describe("the XML parser of these tests", () => {
  it.each(Object.entries(FORBIDDEN))("refuses %s", (_what, text) => {
    expect(() => parseXml(text)).toThrow();
  });

  it.each(Object.entries(ALLOWED))("reads %s", (_what, [text, texts]) => {
    expect(parseXml(text).texts).toEqual(texts);
  });

  it("gives the attributes as they are meant", () => {
    expect(parseXml('<a b="&quot;1&quot;"><c d="2 &amp; 3">4</c></a>')).toEqual({
      texts: ["4"],
      attributes: ['"1"', "2 & 3"],
    });
  });
});
