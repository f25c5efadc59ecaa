import { createHash } from "node:crypto";
import { LIMITS } from "@/lib/platform/limits";
import { RateLimits } from "./rate-limits";

type Lane = "known" | "new" | "failing";

/** Keys of one length, whatever a caller writes. */
function pairOf(client: string, email: string): string {
  return createHash("sha256").update(`${client}\n${email}`).digest("base64url").slice(0, 22);
}

/**
 * Who may try a password now: each try costs a hash and an audit entry. Only tries that fail are counted in the end, and each of three
 * kinds of places has an allowance of its own, so that whoever guesses, from one place or from many, does not use up what others need:
 * places where somebody succeeded before, new ones, and those that failed lately. All of it is this process's own, in bounded memory.
 */
export class SignInGate {
  private readonly perClient = new RateLimits({ burst: LIMITS.signInBurstPerClient, perMinute: LIMITS.signInsPerMinutePerClient });
  private readonly overall = new RateLimits({ burst: LIMITS.signInBurstOverall, perMinute: LIMITS.signInsPerMinuteOverall });
  private readonly perPair = new RateLimits({ burst: LIMITS.signInBurst, perMinute: LIMITS.signInsPerMinute });
  private readonly known = new Set<string>();

  private laneOf(client: string, nowMs: number): Lane {
    if (this.known.has(client)) return "known";
    return this.perClient.isFull(client, nowMs) ? "new" : "failing";
  }

  /**
   * Lets one try in, or not.
   *
   * @param client  the place it comes from
   * @returns null when the place, the address there or all such places together are over their rate; else what to call once the
   *          password was right
   */
  enter(client: string, email: string, nowMs: number): (() => void) | null {
    const lane = this.laneOf(client, nowMs);
    const pair = pairOf(client, email);
    // The place first: what one place may try must not use up the allowance of all.
    if (this.perClient.take(client, nowMs) > 0) return null;
    if (this.overall.take(lane, nowMs) > 0) return null;
    if (this.perPair.take(pair, nowMs) > 0) return null;
    return () => {
      this.perClient.giveBack(client);
      this.overall.giveBack(lane);
      this.perPair.giveBack(pair);
      this.remember(client);
    };
  }

  private remember(client: string): void {
    this.known.delete(client);
    this.known.add(client);
    const [oldest] = this.known;
    if (this.known.size > LIMITS.clientsKnown && oldest !== undefined) this.known.delete(oldest);
  }
}
