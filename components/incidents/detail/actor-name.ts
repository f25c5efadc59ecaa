/** Who acted, without the prefix that tells persons, plugins and parts of Center apart in the audit. */
export function actorName(actor: string): string {
  return actor.startsWith("person:") ? actor.slice("person:".length) : actor;
}
