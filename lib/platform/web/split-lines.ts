import { refuse } from "@/lib/kernel/refusal";

/**
 * Cuts a batch into its lines; a trailing line break is no line, a blank one in between is, so that every answer has its line's place.
 * @throws Refusal too-large over `most` lines
 */
export function splitLines(bytes: Uint8Array, most: number): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf(10, start);
    const stop = end === -1 ? bytes.length : end;
    lines.push(bytes.subarray(start, stop));
    if (lines.length > most) refuse("too-large", `A batch has at most ${most} lines`);
    start = stop + 1;
  }
  return lines;
}
