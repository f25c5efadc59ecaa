const STEPS = [
  { unit: "second", seconds: 1, below: 60 },
  { unit: "minute", seconds: 60, below: 3_600 },
  { unit: "hour", seconds: 3_600, below: 86_400 },
  { unit: "day", seconds: 86_400, below: Number.POSITIVE_INFINITY },
] as const;

/** A distance in time in its largest whole unit: negative in the past. */
export function relativeParts(
  atMs: number,
  nowMs: number,
): { readonly value: number; readonly unit: "second" | "minute" | "hour" | "day" } {
  const distance = (atMs - nowMs) / 1000;
  const size = Math.floor(Math.abs(distance));
  const step = STEPS.find(({ below }) => size < below) ?? STEPS[3];
  const value = Math.trunc(size / step.seconds);
  // -0 would read "in 0 seconds" where "now" is meant.
  return { value: value === 0 ? 0 : Math.sign(distance) * value, unit: step.unit };
}

/** "12 seconds ago", "il y a 3 heures", "now". */
export function formatRelative(atMs: number, nowMs: number, locale: string): string {
  const { value, unit } = relativeParts(atMs, nowMs);
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" }).format(value, unit);
}

/** A length of time in its two largest units, as "1 min 40 s"; negative lengths count as none. */
export function formatDuration(milliseconds: number, locale: string): string {
  const total = Math.max(0, Math.round(milliseconds / 1000));
  const parts = [
    { value: Math.floor(total / 86_400), unit: "day" },
    { value: Math.floor((total % 86_400) / 3_600), unit: "hour" },
    { value: Math.floor((total % 3_600) / 60), unit: "minute" },
    { value: total % 60, unit: "second" },
  ] as const;
  const first = parts.findIndex(({ value }) => value > 0);
  const shown = first === -1 ? parts.slice(3) : parts.slice(first, first + 2).filter(({ value }) => value > 0);
  return shown
    .map(({ value, unit }) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value))
    .join(" ");
}
