import type { ScopePurpose, TenantScope } from "@/lib/access/types";

/** The scope over all tenants, for a stated purpose; only platform and access may make one. */
export function allTenants(purpose: ScopePurpose): TenantScope {
  return { kind: "all", purpose };
}
