import { allTenants } from "@/lib/platform/scope-all";
import type { Actor, ScopePurpose, TenantScope } from "./types";

/** A part of Center acting by itself, across tenants for one purpose. */
export function systemActor(part: string, purpose: ScopePurpose): Actor {
  return { kind: "system", id: `system:${part}`, email: null, roles: [], tenants: allTenants(purpose) };
}

/** A part of Center acting by itself within one tenant. */
export function systemActorFor(part: string, tenantId: string): Actor {
  return { kind: "system", id: `system:${part}`, email: null, roles: [], tenants: { kind: "set", ids: [tenantId] } };
}

/** The scope over all tenants, for reads that cannot know the tenant yet. */
export function scopeFor(purpose: ScopePurpose): TenantScope {
  return allTenants(purpose);
}
