/** The e-mail address behind what is stored of an actor, as people are told apart by it; null for what is no person. */
export function addressOf(actor: string): string | null {
  const text = actor
    .replace(/^person:/, "")
    .normalize("NFKC")
    .trim()
    .toLowerCase();
  return /^[^\s@:]+@[^\s@:]+$/.test(text) ? text : null;
}

/** Whether two actors may be one and the same person; whoever has no address counts as everybody. */
export function mayBeSamePerson(a: string, b: string): boolean {
  const [one, other] = [addressOf(a), addressOf(b)];
  return one === null || other === null || one === other;
}
