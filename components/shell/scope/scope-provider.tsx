"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { EVERYTHING, joinScopes, rescoped, type Scope, scopeOf, withScope } from "./scope";

interface Scoped {
  readonly scope: Scope;
  /** An address of ours as it is led to from within the scope. */
  hrefOf(href: string): string;
  choose(scope: Scope): void;
}

const ScopeContext = createContext<Scoped>({ scope: EVERYTHING, hrefOf: (href) => href, choose: () => undefined });

/** Keeps the scope from page to page: the address says it, and a page that was reached by a link without it is asked anew within it. */
export function ScopeProvider({ children }: { children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const parameters = useSearchParams();
  const [kept, setKept] = useState<Scope>(EVERYTHING);
  const query = parameters.toString();
  const scope = useMemo(() => joinScopes(scopeOf(new URLSearchParams(query)), kept), [query, kept]);
  // Only an address that says something changes what is kept: one that says nothing may be on its way from a scope just taken off.
  useEffect(() => setKept((before) => joinScopes(scopeOf(new URLSearchParams(query)), before)), [query]);

  const here = query === "" ? pathname : `${pathname}?${query}`;
  const meant = withScope(here, kept);
  const isLacking = new URLSearchParams(meant.split("?")[1]).size > new URLSearchParams(query).size;
  useEffect(() => {
    if (isLacking) router.replace(meant);
  }, [isLacking, meant, router]);

  const scoped = useMemo<Scoped>(
    () => ({
      scope,
      hrefOf: (href) => withScope(href, scope),
      choose: (next) => {
        setKept(next);
        router.push(rescoped(here, next));
      },
    }),
    [scope, here, router],
  );
  return <ScopeContext value={scoped}>{children}</ScopeContext>;
}

export function useScope(): Scoped {
  return useContext(ScopeContext);
}
