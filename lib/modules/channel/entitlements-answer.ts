import { digestOf } from "@/lib/kernel/canonical-json";

/** What the answer to a beat says of entitlements. */
export interface EntitlementsAnswer {
  readonly digest: string;
  /** Left out where the agent has them already. */
  readonly tenants?: Readonly<Record<string, readonly string[]>>;
}

/**
 * Says which tenants may use a module, unless the agent has just that.
 * @param tenantIds  tenants that are entitled, in any order
 * @param known      the digest that the agent holds; null when it holds none
 */
export function entitlementsAnswer(moduleKey: string, tenantIds: readonly string[], known: string | null): EntitlementsAnswer {
  const tenants = Object.fromEntries(tenantIds.toSorted().map((id) => [id, [moduleKey]]));
  const digest = digestOf(tenants);
  return digest === known ? { digest } : { digest, tenants };
}
