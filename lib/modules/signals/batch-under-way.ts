import { LIMITS } from "@/lib/platform/limits";
import { judgeTenant, violationRecord } from "./judge-tenant";
import type { Measure, ReadBatch, RefusedSignal, Sender, SignalRecord, SignalSpan } from "./types";

/** A batch while it is read: what was taken so far, and what was not. Each signal is judged by itself; a bad one spoils no other. */
export class BatchUnderWay {
  private readonly records: SignalRecord[] = [];
  private readonly spans: SignalSpan[] = [];
  private readonly measures: Measure[] = [];
  private readonly refused: RefusedSignal[] = [];
  private readonly tenants = new Set<string>();
  private readonly violations = new Set<string>();
  private accepted = 0;
  private refusals = 0;
  private room = LIMITS.signalItems;

  constructor(readonly sender: Sender) {}

  refuse(line: number, code: string, detail: string): void {
    this.refusals += 1;
    if (this.refused.length < LIMITS.signalRefusalsTold) this.refused.push({ line, code, detail });
  }

  /** How many were refused, told or not. */
  get refusedCount(): number {
    return this.refusals;
  }

  /**
   * Keeps room for what an item comes to once it is read: a few packed bytes may hold as many items as they like.
   * @returns false where there is none: the item was refused
   */
  makeRoom(line: number, items: number): boolean {
    if (items > this.room) {
      this.refuse(line, "ERR_TOO_LARGE", `More than ${LIMITS.signalItems} records, spans, exceptions and points`);
      return false;
    }
    this.room -= items;
    return true;
  }

  /** Leaves a violation with the platform, once a batch for each tenant that was named. */
  violate(violation: Parameters<typeof violationRecord>[0], about: Parameters<typeof violationRecord>[2]): void {
    const key = `${violation} ${about.claimed ?? ""}`;
    if (this.violations.has(key) || this.violations.size >= LIMITS.signalRefusalsTold) return;
    this.violations.add(key);
    this.records.push(violationRecord(violation, this.sender, about));
  }

  /** @returns whose signal it is; null when it was refused, and noted where it is a violation */
  tenantOf(claimed: string | null, line: number, traceId: string | null): string | null {
    const verdict = judgeTenant(claimed, this.sender);
    if (verdict.isOwn) {
      this.tenants.add(verdict.tenantId);
      return verdict.tenantId;
    }
    this.violate(verdict.violation, { claimed, traceId, line });
    this.refuse(line, verdict.told, verdict.told === "ERR_TENANT_MISSING" ? "It does not say whose it is" : "Not a tenant of this module");
    return null;
  }

  /** Adds records that came with a signal that was taken. */
  add(records: readonly SignalRecord[]): void {
    this.records.push(...records);
  }

  take(signal: { readonly record?: SignalRecord; readonly span?: SignalSpan; readonly measures?: readonly Measure[] }): void {
    this.accepted += 1;
    if (signal.record) this.records.push(signal.record);
    if (signal.span) this.spans.push(signal.span);
    if (signal.measures) this.measures.push(...signal.measures);
  }

  done(): ReadBatch {
    const { tenants, records, spans, measures, accepted, refused } = this;
    return { tenants, records, spans, measures, accepted, refused, refusedCount: this.refusals };
  }
}
