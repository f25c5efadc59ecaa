/** What a text that somebody typed could mean. */
export interface Words {
  /** Trimmed, blanks made one. */
  readonly text: string;
  /** First and last id that begin with it; null where it is no beginning of an id. */
  readonly ids: { readonly from: string; readonly to: string } | null;
  /** The trace that it names; null where it is none. */
  readonly traceId: string | null;
}

const HEX = /^[0-9a-f-]+$/;
/** Fewer digits would be a word as well: "fade", "decade". */
const LEAST_DIGITS = 6;

/** An id of 32 digits with its dashes. */
function dashed(digits: string): string {
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}

/**
 * Reads what was typed into the search: words, the beginning of an id (six digits of it at least), or a trace.
 *
 * @param typed  as the caller sent it, any length
 */
export function readWords(typed: string): Words {
  const text = typed.normalize("NFC").trim().replaceAll(/\s+/g, " ");
  const lower = text.toLowerCase();
  const digits = lower.replaceAll("-", "");
  const isId = HEX.test(lower) && digits.length >= LEAST_DIGITS && digits.length <= 32;
  const ids = isId ? { from: dashed(digits.padEnd(32, "0")), to: dashed(digits.padEnd(32, "f")) } : null;
  return { text, ids, traceId: /^[0-9a-f]{32}$/.test(lower) ? lower : null };
}

/** Those of some words of the API ("webhook_fail_rate") that hold what was typed ("webhook fail"). */
export function wordsHolding<Word extends string>(words: readonly Word[], text: string): readonly Word[] {
  const wanted = text.toLowerCase().replaceAll(/[\s_]+/g, " ");
  return wanted === "" ? [] : words.filter((word) => word.replaceAll("_", " ").includes(wanted));
}
