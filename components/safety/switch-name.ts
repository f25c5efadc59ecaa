const KNOWN = new Set([
  "kill_switch",
  "safe_mode",
  "auto_heal_off_data",
  "auto_heal_off_perf",
  "auto_heal_off_security",
  "auto_heal_off_ux",
  "auto_heal_off_integration",
]);

/** A switch in the reader's words; a name that this page does not know stays as it is. */
export function switchName(t: (key: never) => string, name: string): string {
  return KNOWN.has(name) ? t(`name.${name}` as never) : name;
}

/** A person without the word that the audit puts before them. */
export function whoName(actor: string): string {
  return actor.replace(/^person:/, "");
}
