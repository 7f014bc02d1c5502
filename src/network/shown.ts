/** A value as a message of one line shows it: as JSON, cut after `most` characters, however long or deep it is. */
export function shown(value: unknown, most = 40): string {
  if (value === undefined) return "missing";
  const text = outline(value, most);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** A name as a message shows it: as it is, or as a shortened value where it is long or has characters that are not printed. */
export function shownName(name: string, most = 40): string {
  return name.length > most || /\p{Cc}/u.test(name) ? shown(name, most) : name;
}

/** The JSON of a value, or more of its beginning than `room` characters. Each list or object within takes one of them. */
function outline(value: unknown, room: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, room + 1));
  if (typeof value !== "object" || value === null) return String(value);
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  for (const key of Object.keys(value)) {
    if (text.length > room) return text;
    if (text.length > 1) text += ",";
    if (!isList) text += `${JSON.stringify(key.slice(0, room + 1))}:`;
    text += outline((value as Readonly<Record<string, unknown>>)[key], room - text.length);
  }
  return text + (isList ? "]" : "}");
}
