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

const SHAPES = {
  tenantId: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  moduleKey: /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
} as const;

function split(href: string): readonly [pathname: string, parameters: URLSearchParams] {
  const [pathname = "/", query = ""] = href.split("?");
  return [pathname, new URLSearchParams(query)];
}

/** One part as an address says it. What is none is not taken for one: it would narrow every page to nothing. */
function saidIn(parameters: URLSearchParams, part: keyof Scope, name: string): string | null {
  const value = parameters.get(name) ?? "";
  return SHAPES[part].test(value) ? value.toLowerCase() : null;
}

/** A scope whose every part is made anew, by the name that the page's list has for it; the part as it is where its list has none. */
function mapParts(scope: Scope, pathname: string, remake: (part: keyof Scope, name: string) => string | null): Scope {
  const made = (part: keyof Scope) => {
    const name = NARROWED[pathname]?.[part];
    return name === undefined ? scope[part] : remake(part, name);
  };
  return { tenantId: made("tenantId"), moduleKey: made("moduleKey") };
}

/**
 * What the reader sees: a list that can be narrowed shows what its address says, and everything where that says nothing. On any other page it is
 * what was chosen; a name in its address is that page's own.
 *
 * @param href  a path of ours, with its query
 * @param kept  what was chosen
 */
export function shownAt(href: string, kept: Scope): Scope {
  const [pathname, parameters] = split(href);
  return mapParts(kept, pathname, (part, name) => saidIn(parameters, part, name));
}

interface Arrival {
  readonly from: string;
  readonly to: string;
  /** By the browser's own back and forward: what was seen there is seen again. */
  readonly isWayBack: boolean;
}

/**
 * What of the chosen is still kept once a page was reached. An address never adds to it. A part is dropped where the reader took it off: by a name
 * without a value ("any" in a filter), by an address laid bare (a filter's "clear"), or by going back to before it was chosen.
 */
export function keptAfter({ from, to, isWayBack }: Arrival, kept: Scope): Scope {
  const [pathname, parameters] = split(to);
  const isLaidBare = parameters.size === 0 && split(from)[0] === pathname && from !== to;
  return mapParts(kept, pathname, (part, name) => {
    const isTakenOff = parameters.has(name) ? parameters.get(name) === "" : isWayBack || isLaidBare;
    return isTakenOff ? null : kept[part];
  });
}

/** What a page's own form sends along, so that asking its list otherwise leaves it narrowed: names and values. */
export function fieldsOf(pathname: string, scope: Scope): readonly (readonly [name: string, value: string])[] {
  return PARTS.flatMap((part) => {
    const [name, value] = [NARROWED[pathname]?.[part], scope[part]];
    return name !== undefined && value !== null ? [[name, value] as const] : [];
  });
}

/** Whether a page shows less because of the scope. */
export function isNarrowed(pathname: string, scope: Scope): boolean {
  return fieldsOf(pathname, scope).length > 0;
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
  const [pathname, parameters] = split(href);
  for (const [name, value] of fieldsOf(pathname, scope)) if (!parameters.has(name)) parameters.set(name, value);
  return addressOf(pathname, parameters);
}

/** An address once the scope was chosen anew: what the old one said is taken away, and so is the place in a list that is another now. */
export function rescoped(href: string, scope: Scope): string {
  const [pathname, parameters] = split(href);
  for (const name of Object.values(NARROWED[pathname] ?? {})) parameters.delete(name);
  if (NARROWED[pathname]) parameters.delete("cursor");
  return withScope(addressOf(pathname, parameters), scope);
}
