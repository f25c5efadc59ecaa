/**
 * Who sends how much at present: counts of the second that runs and the one before. It holds one number for each tenant heard within
 * them, and nothing for anybody else.
 */
export class TenantShares {
  private current = new Map<string, number>();
  private previous = new Map<string, number>();
  private second = 0;
  /** What the tenant in the middle sent in the last second; unknown, nobody is greedy. */
  private usual = Number.POSITIVE_INFINITY;

  constructor(
    private readonly minimum: number,
    private readonly times: number,
  ) {}

  /** @param nowMs milliseconds of any steady clock */
  note(tenantId: string, nowMs: number): void {
    this.turn(nowMs);
    this.current.set(tenantId, (this.current.get(tenantId) ?? 0) + 1);
  }

  /** Whether a tenant sent, in this second or the last, more than `times` what half of all tenants sent in the last, and more than `minimum`. */
  isGreedy(tenantId: string, nowMs: number): boolean {
    this.turn(nowMs);
    const own = Math.max(this.current.get(tenantId) ?? 0, this.previous.get(tenantId) ?? 0);
    return own > this.minimum && own > this.times * this.usual;
  }

  private turn(nowMs: number): void {
    const second = Math.floor(nowMs / 1_000);
    if (second === this.second) return;
    this.previous = second === this.second + 1 ? this.current : new Map();
    this.current = new Map();
    this.second = second;
    // Once a second, however many ask.
    const counts = [...this.previous.values()].sort((a, b) => a - b);
    this.usual = counts[Math.floor(counts.length / 2)] ?? Number.POSITIVE_INFINITY;
  }
}
