/** What the reader narrowed the Center to; null where it is everything. */
export interface Scope {
  readonly tenantId: string | null;
  readonly moduleKey: string | null;
}

export const EVERYTHING: Scope = { tenantId: null, moduleKey: null };

/** Names that a scope has in an address, as the lists' own filters have them. */
const NAMES = { tenantId: "tenant_id", moduleKey: "module" } as const;
type Part = keyof typeof NAMES;
const PARTS = ["tenantId", "moduleKey"] as const satisfies readonly Part[];

/** Pages whose lists can be narrowed, and by what: exactly those whose API takes the same filter. */
const NARROWED: Readonly<Record<string, readonly Part[]>> = {
  "/incidents": ["tenantId"],
  "/fleet": ["tenantId"],
  "/audit": ["tenantId"],
  "/deliveries": ["tenantId"],
  "/deliveries/addresses": ["tenantId"],
  "/slos": ["moduleKey"],
};

const TENANT = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MODULE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** The scope that an address says. What is none is not taken for one: it would narrow every page to nothing. */
export function scopeOf(parameters: URLSearchParams): Scope {
  const [tenantId, moduleKey] = [parameters.get(NAMES.tenantId), parameters.get(NAMES.moduleKey)];
  return {
    tenantId: tenantId && TENANT.test(tenantId) ? tenantId.toLowerCase() : null,
    moduleKey: moduleKey && MODULE.test(moduleKey) && moduleKey.length <= 40 ? moduleKey : null,
  };
}

/** What holds after an address was opened: what it says, and what was chosen before where it says nothing. */
export function joinScopes(said: Scope, kept: Scope): Scope {
  return { tenantId: said.tenantId ?? kept.tenantId, moduleKey: said.moduleKey ?? kept.moduleKey };
}

/** Whether a page shows less because of the scope. */
export function isNarrowed(pathname: string, scope: Scope): boolean {
  return (NARROWED[pathname] ?? []).some((part) => scope[part] !== null);
}

/** Whether something is narrowed at all. */
export function isEverything({ tenantId, moduleKey }: Scope): boolean {
  return tenantId === null && moduleKey === null;
}

/**
 * An address within a scope: a page whose list can be narrowed so is; others are led to as they are. What the address says already stays.
 *
 * @param href  a path of ours, with its query
 */
export function withScope(href: string, scope: Scope): string {
  const [pathname = "/", query = ""] = href.split("?");
  const parameters = new URLSearchParams(query);
  for (const part of NARROWED[pathname] ?? []) {
    const value = scope[part];
    if (value !== null && !parameters.has(NAMES[part])) parameters.set(NAMES[part], value);
  }
  return parameters.size === 0 ? pathname : `${pathname}?${parameters}`;
}

/** An address once the scope was chosen anew: what the old one said is taken away, and so is the place in a list that is another now. */
export function rescoped(href: string, scope: Scope): string {
  const [pathname = "/", query = ""] = href.split("?");
  const parameters = new URLSearchParams(query);
  for (const part of PARTS) parameters.delete(NAMES[part]);
  if ((NARROWED[pathname] ?? []).length > 0) parameters.delete("cursor");
  return withScope(parameters.size === 0 ? pathname : `${pathname}?${parameters}`, scope);
}
