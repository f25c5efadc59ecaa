import { digestOf } from "@/lib/kernel/canonical-json";
import type { WaveOverrides } from "./wave-overrides";

/** What somebody who sends a release on its way shows a second factor for: this release, in these waves. */
export function startDigest(releaseId: string, overrides: WaveOverrides = []): string {
  return digestOf({ do: "rollout.start", release: releaseId, overrides });
}

/** What somebody who widens a rollout before its evidence does shows a second factor for: leaving this wave, and no later one. */
export function promoteDigest(rolloutId: string, wave: number): string {
  return digestOf({ do: "rollout.promote", rollout: rolloutId, wave });
}

/** What somebody who lets a paused rollout go on shows a second factor for. */
export function resumeDigest(rolloutId: string, wave: number): string {
  return digestOf({ do: "rollout.resume", rollout: rolloutId, wave });
}
