/** One text in each language. */
export interface TextLines {
  readonly en: string;
  readonly fr: string;
}

/** Names and reasons come from outside: no control characters, no marks that turn the reading direction, no novels. */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]+/gu, " ")
    .trim()
    .slice(0, 200);
}
