/**
 * At most so many characters of a text, fit to be stored: without NUL and without half a character, neither of which PostgreSQL takes.
 *
 * @param most  in UTF-16 units; a character that would be cut in half at the end is left out
 */
export function clipText(text: string, most: number): string {
  const cut = text.length > most ? text.slice(0, most) : text;
  const last = cut.charCodeAt(cut.length - 1);
  return (last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut).toWellFormed().replaceAll("\0", "");
}
