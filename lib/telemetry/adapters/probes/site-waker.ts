import { LIMITS } from "@/lib/platform/limits";

/**
 * Visits to sites whose agent has something to fetch: where an agent only runs when somebody comes by (WordPress' wp-cron), Center's own
 * visit is what wakes it (delivery.md). Nobody waits for one; what it answers is of no interest here.
 *
 * Bounded: so many at once, each subject once a minute, which is as often as such an agent runs. A visit that was left out is made up for
 * when the subject is looked at next.
 */
export class SiteWaker {
  private readonly visitedAt = new Map<string, number>();
  private visiting = 0;

  /** @param visit  goes to a site; it may fail, and is never waited for */
  constructor(private readonly visit: (url: string) => Promise<unknown>) {}

  /**
   * @param subject  what waits to be fetched
   * @returns whether somebody is on the way now
   */
  wake(subject: string, url: string, now: Date): boolean {
    const last = this.visitedAt.get(subject);
    if (last !== undefined && now.getTime() - last < LIMITS.wakeEverySeconds * 1_000) return false;
    if (this.visiting >= LIMITS.wakesAtOnce) return false;
    this.visitedAt.delete(subject);
    this.visitedAt.set(subject, now.getTime());
    for (const oldest of this.visitedAt.keys()) {
      if (this.visitedAt.size <= LIMITS.probedAttempts) break;
      this.visitedAt.delete(oldest);
    }
    this.visiting += 1;
    const done = () => {
      this.visiting -= 1;
    };
    // A site that does not answer says nothing about the order that waits for it.
    this.visit(url).then(done, done);
    return true;
  }
}
