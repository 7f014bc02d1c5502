import { XmlDocument, type XmlElement } from "libxml2-wasm";

/** What an XML parser finds in a text: its elements' own texts, and its attributes. @throws for what is no XML. */
export function parseXml(text: string): { readonly texts: string[]; readonly attributes: string[] } {
  const document = XmlDocument.fromString(text);
  try {
    const valuesOf = (path: string) => document.root.find(path).map((node) => (node as XmlElement).content);
    return { texts: valuesOf("//text()"), attributes: valuesOf("//@*") };
  } finally {
    document.dispose();
  }
}
