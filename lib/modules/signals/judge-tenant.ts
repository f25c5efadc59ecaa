import { clipText } from "@/lib/kernel/clip-text";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { CODES } from "@/lib/platform/codes";
import type { Sender, SignalRecord } from "./types";

type Violation = "ERR_TENANT_MISSING" | "ERR_TENANT_UNKNOWN" | "ERR_CROSS_TENANT";

/** Whether a module may speak for a tenant. What is not its own is refused in the same words, whether it exists or not. */
export type TenantVerdict =
  | { readonly isOwn: true; readonly tenantId: string }
  | { readonly isOwn: false; readonly violation: Violation; readonly told: "ERR_TENANT_MISSING" | "ERR_TENANT_UNKNOWN" };

/**
 * Judges whose signal it is. A module speaks for the tenants that have it, and for the platform as a whole where a signal is about
 * nobody in particular and says so.
 */
export function judgeTenant(claimed: string | null, sender: Pick<Sender, "tenants" | "everybody">): TenantVerdict {
  if (claimed === null || claimed === "") return { isOwn: false, violation: "ERR_TENANT_MISSING", told: "ERR_TENANT_MISSING" };
  const tenantId = claimed.toLowerCase();
  if (tenantId === PLATFORM_TENANT || sender.tenants.has(tenantId)) return { isOwn: true, tenantId };
  return {
    isOwn: false,
    violation: sender.everybody.has(tenantId) ? "ERR_CROSS_TENANT" : "ERR_TENANT_UNKNOWN",
    told: "ERR_TENANT_UNKNOWN",
  };
}

/** The record that a violation leaves with the platform: it belongs to no tenant, least of all to the one that was named. */
export function violationRecord(
  violation: Violation,
  sender: Sender,
  about: { readonly claimed: string | null; readonly traceId?: string | null; readonly line: number },
): SignalRecord {
  return {
    tenantId: PLATFORM_TENANT,
    at: sender.now,
    level: "error",
    code: violation,
    class: "SECURITY",
    traceId: about.traceId ?? null,
    spanId: null,
    actorId: `module:${sender.moduleKey}`,
    message: CODES[violation].meaning,
    attributes: { fingerprint: violation, line: about.line, claimed_tenant: about.claimed === null ? null : clipText(about.claimed, 64) },
  };
}
