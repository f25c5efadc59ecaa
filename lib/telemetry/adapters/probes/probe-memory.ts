import { LIMITS } from "@/lib/platform/limits";

/** One look at a site: when, and whether somebody was at home. */
export interface Probe {
  readonly at: Date;
  readonly ok: boolean;
}

/**
 * What this worker saw of the sites it watches, by subject. Bounded, since another worker may finish a subject without a word
 * here: the one that was looked at longest ago goes first. Forgetting is safe: fewer probes never make a verdict kinder.
 */
export class ProbeMemory {
  private readonly probesOf = new Map<string, readonly Probe[]>();

  get size(): number {
    return this.probesOf.size;
  }

  /** Adds the newest probe. @returns all that is remembered of the subject, oldest first */
  add(subject: string, probe: Probe): readonly Probe[] {
    const probes = [...(this.probesOf.get(subject) ?? []), probe].slice(-LIMITS.windowBeats);
    this.probesOf.delete(subject);
    this.probesOf.set(subject, probes);
    for (const oldest of this.probesOf.keys()) {
      if (this.probesOf.size <= LIMITS.probedAttempts) break;
      this.probesOf.delete(oldest);
    }
    return probes;
  }

  /** The subject is over. */
  forget(subject: string): void {
    this.probesOf.delete(subject);
  }
}
