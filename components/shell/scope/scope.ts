/** What the reader narrowed the Center to; null where it is everything. */
export interface Scope {
  readonly tenantId: string | null;
  readonly moduleKey: string | null;
}

export const EVERYTHING: Scope = { tenantId: null, moduleKey: null };

type Names = { readonly [Part in keyof Scope]?: string };
const PARTS = ["tenantId", "moduleKey"] as const satisfies readonly (keyof Scope)[];

const TENANT: Names = { tenantId: "tenant_id" };
/** Pages whose lists can be narrowed, and by which filter of theirs: exactly those that their API takes. */
const NARROWED: Readonly<Record<string, Names>> = {
  "/incidents": TENANT,
  "/fleet": TENANT,
  "/audit": TENANT,
  "/deliveries": TENANT,
  "/deliveries/addresses": TENANT,
  "/module-incidents": { tenantId: "tenant_id", moduleKey: "module_key" },
  "/slos": { moduleKey: "module" },
};

/** Every name that a part of the scope has in an address. */
const SAID = { tenantId: ["tenant_id"], moduleKey: ["module_key", "module"] } as const;
const SHAPES = {
  tenantId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  moduleKey: /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
} as const;

function partOf(parameters: URLSearchParams, part: keyof Scope): string | null {
  const said = SAID[part].map((name) => parameters.get(name)).find((value) => value !== null && SHAPES[part].test(value));
  return said?.toLowerCase() ?? null;
}

/** The scope that an address says. What is none is not taken for one: it would narrow every page to nothing. */
export function scopeOf(parameters: URLSearchParams): Scope {
  return { tenantId: partOf(parameters, "tenantId"), moduleKey: partOf(parameters, "moduleKey") };
}

/** What holds after an address was opened: what it says, and what was chosen before where it says nothing. */
export function joinScopes(said: Scope, kept: Scope): Scope {
  return { tenantId: said.tenantId ?? kept.tenantId, moduleKey: said.moduleKey ?? kept.moduleKey };
}

/** Whether a page shows less because of the scope. */
export function isNarrowed(pathname: string, scope: Scope): boolean {
  return PARTS.some((part) => NARROWED[pathname]?.[part] !== undefined && scope[part] !== null);
}

/** Whether nothing is narrowed at all. */
export function isEverything({ tenantId, moduleKey }: Scope): boolean {
  return tenantId === null && moduleKey === null;
}

function addressOf(pathname: string, parameters: URLSearchParams): string {
  return parameters.size === 0 ? pathname : `${pathname}?${parameters}`;
}

/**
 * An address within a scope: a page whose list can be narrowed so is; others are led to as they are. What the address says already stays.
 *
 * @param href  a path of ours, with its query
 */
export function withScope(href: string, scope: Scope): string {
  const [pathname = "/", query = ""] = href.split("?");
  const parameters = new URLSearchParams(query);
  for (const part of PARTS) {
    const [name, value] = [NARROWED[pathname]?.[part], scope[part]];
    if (name !== undefined && value !== null && !parameters.has(name)) parameters.set(name, value);
  }
  return addressOf(pathname, parameters);
}

/** An address once the scope was chosen anew: what the old one said is taken away, and so is the place in a list that is another now. */
export function rescoped(href: string, scope: Scope): string {
  const [pathname = "/", query = ""] = href.split("?");
  const parameters = new URLSearchParams(query);
  for (const part of PARTS) for (const name of SAID[part]) parameters.delete(name);
  if (NARROWED[pathname]) parameters.delete("cursor");
  return withScope(addressOf(pathname, parameters), scope);
}
