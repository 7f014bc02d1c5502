/** That options are missing. */
export function missing(names: readonly string[], alternative = ""): string {
  const options = `${names.map((name) => `--${name}`).join(" and ")}${alternative}`;
  const hint = names.includes("scheme") ? "; `respath schemes` lists the schemes" : "";
  return `${options} ${names.length > 1 ? "are" : "is"} missing${hint}`;
}
