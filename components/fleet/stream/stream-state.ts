import type { StreamView } from "@/lib/telemetry/watched/queries-stream";

/** What can be said of a stream in one sentence, gravest first. */
export type StreamState =
  | { readonly kind: "silent" }
  | { readonly kind: "raised"; readonly since: string; readonly explain: string }
  | { readonly kind: "learning" }
  | { readonly kind: "calm"; readonly until: string }
  | { readonly kind: "outside" | "usual"; readonly value: number; readonly low: number; readonly high: number };

/** How a stream stands at the end of what is shown. */
export function streamState({ points, findings, to, calm_until, is_known }: StreamView): StreamState {
  const newest = points.at(-1);
  if (!newest) return { kind: "silent" };
  const open = findings.find((finding) => finding.to === null);
  if (open) return { kind: "raised", since: open.from, explain: open.explain };
  if (calm_until !== null && calm_until > to) return { kind: "calm", until: calm_until };
  const { value, low, high } = newest;
  if (!is_known || low === null || high === null) return { kind: "learning" };
  return { kind: value > high || value < low ? "outside" : "usual", value, low, high };
}
