/** What is left until an instant, for a clock that counts down: never below zero, seconds in two digits. */
export function leftUntil(
  endsAtMs: number,
  nowMs: number,
): { readonly minutes: string; readonly seconds: string; readonly isOver: boolean } {
  const left = Math.max(0, Math.ceil((endsAtMs - nowMs) / 1_000));
  return { minutes: String(Math.floor(left / 60)), seconds: String(left % 60).padStart(2, "0"), isOver: left === 0 };
}
