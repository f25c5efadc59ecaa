/** Lower case without accents, so that "Équipe" is found by "equipe". */
function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/**
 * How well a label answers what was typed.
 *
 * @returns 0 where it begins with it, 1 where each word typed begins a word of it, 2 where they only stand in it, null where not
 */
export function matchWords(label: string, typed: string): 0 | 1 | 2 | null {
  const [text, wanted] = [plain(label), plain(typed).trim()];
  if (text.startsWith(wanted)) return 0;
  const words = wanted.split(/\s+/);
  const beginnings = text.split(/[^\p{L}\p{N}_]+/u);
  if (words.every((word) => beginnings.some((beginning) => beginning.startsWith(word)))) return 1;
  return words.every((word) => text.includes(word)) ? 2 : null;
}

/** Those that answer what was typed, the best first, else in their own order. */
export function bestMatches<Item extends { readonly label: string }>(items: readonly Item[], typed: string): readonly Item[] {
  return items
    .map((item) => ({ item, rank: matchWords(item.label, typed) }))
    .filter(({ rank }) => rank !== null)
    .toSorted((one, other) => Number(one.rank) - Number(other.rank))
    .map(({ item }) => item);
}
