import { z } from "zod";
import type { PluginWindow, Rule } from "@/lib/detection/types";
import { SEVERITIES } from "@/lib/kernel/severity";
import { LIMITS } from "@/lib/platform/limits";

const params = z.strictObject({
  grace_seconds: z.number().int().min(5).max(3_600),
  severity: z.enum(SEVERITIES),
});

const DEFAULTS = { grace_seconds: LIMITS.heartbeatGraceSeconds, severity: "high" } as const;

/** `late` is shown and wakes nobody; `lost` is an incident. */
export type Presence = "fresh" | "late" | "lost";

/**
 * Tells a quiet agent from a lost one (protocol.md, Beats).
 *
 * After one period and its grace the beat is late. A probe of the site made since then settles it: an answer keeps it late,
 * no answer makes it lost. Without a probe it is lost after a second missed period: no report is never health.
 * A plugin that never sent a beat is late, since nothing that worked was lost.
 *
 * @param graceSeconds  how much later than asked a beat may come
 */
export function presence(window: PluginWindow, graceSeconds: number = DEFAULTS.grace_seconds): Presence {
  if (!window.lastSeenAt) return "late";
  const periodMs = window.expectedIntervalSeconds * 1_000;
  const lateAt = window.lastSeenAt.getTime() + periodMs + graceSeconds * 1_000;
  const now = window.now.getTime();
  if (now <= lateAt) return "fresh";

  const { probe } = window;
  const isProbed = window.hasProbeUrl && probe !== null && probe.at.getTime() > lateAt;
  if (isProbed && !probe.ok) return "lost";
  const isAnswerRecent = isProbed && now - probe.at.getTime() <= periodMs + graceSeconds * 1_000;
  return isAnswerRecent || now <= lateAt + periodMs ? "late" : "lost";
}

/** An agent no longer reports: its shop may be down, and nobody can tell from here. */
export const silence: Rule<typeof params> = {
  id: "silence",
  type: "silence",
  explain: "No beat for a period and its grace, and the site did not answer the server's own probe (or has none) for a second period.",
  params,
  defaults: DEFAULTS,

  evaluate(window, params) {
    if (!window.lastSeenAt || presence(window, params.grace_seconds) !== "lost") return null;
    const seconds = (window.now.getTime() - window.lastSeenAt.getTime()) / 1_000;
    const isDown = window.probe !== null && !window.probe.ok && window.probe.at > window.lastSeenAt;
    const probed = isDown ? "; the site did not answer the probe either" : "";
    return {
      ruleId: "silence",
      type: "silence",
      severity: params.severity,
      observedAt: new Date(window.lastSeenAt.getTime() + window.expectedIntervalSeconds * 1_000),
      statistic: "seconds_since_last_beat",
      value: seconds,
      usual: { low: 0, high: window.expectedIntervalSeconds + params.grace_seconds },
      explain: `No beat for ${Math.round(seconds)} s, one was due every ${window.expectedIntervalSeconds} s${probed}.`,
    };
  },
};
