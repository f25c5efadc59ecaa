"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { EVERYTHING, keptAfter, rescoped, type Scope, shownAt, withScope } from "./scope";

interface Scoped {
  readonly scope: Scope;
  /** An address of ours as it is led to from within the scope. */
  hrefOf(href: string): string;
  choose(scope: Scope): void;
}

const ScopeContext = createContext<Scoped>({ scope: EVERYTHING, hrefOf: (href) => href, choose: () => undefined });

const addressOf = (pathname: string, parameters: URLSearchParams) => (parameters.size === 0 ? pathname : `${pathname}?${parameters}`);

/** Tells, of an address that was reached, whether the browser's back or forward led there. */
function useWayBack(): (here: string) => boolean {
  const ledTo = useRef<string | null>(null);
  useEffect(() => {
    const note = () => {
      ledTo.current = addressOf(window.location.pathname, new URLSearchParams(window.location.search));
    };
    window.addEventListener("popstate", note);
    return () => window.removeEventListener("popstate", note);
  }, []);
  return useCallback((here) => {
    const isWayBack = ledTo.current === here;
    ledTo.current = null;
    return isWayBack;
  }, []);
}

/**
 * Keeps what was chosen from page to page. The address says what a list shows, so that a link shows the same; a list that was reached by a link which
 * says nothing is asked anew within what was chosen, and never one that was reached by going back.
 */
export function ScopeProvider({ children }: { children: ReactNode }) {
  const router = useRouter();
  const pathname = usePathname();
  const parameters = useSearchParams();
  const here = addressOf(pathname, new URLSearchParams(parameters));
  const [kept, setKept] = useState<Scope>(EVERYTHING);
  const last = useRef({ kept, here });
  const wasWayBack = useWayBack();
  const keep = useCallback((next: Scope) => {
    last.current.kept = next;
    setKept(next);
  }, []);
  useEffect(() => {
    const from = last.current.here;
    if (from === here) return;
    last.current.here = here;
    const isWayBack = wasWayBack(here);
    const left = keptAfter({ from, to: here, isWayBack }, last.current.kept);
    keep(left);
    const meant = withScope(here, left);
    if (!isWayBack && meant !== here) router.replace(meant);
  }, [here, keep, router, wasWayBack]);

  const scope = useMemo(() => shownAt(here, kept), [here, kept]);
  const scoped = useMemo<Scoped>(
    () => ({
      scope,
      hrefOf: (href) => withScope(href, scope),
      choose: (next) => {
        keep(next);
        router.push(rescoped(here, next));
      },
    }),
    [scope, here, keep, router],
  );
  return <ScopeContext value={scoped}>{children}</ScopeContext>;
}

export function useScope(): Scoped {
  return useContext(ScopeContext);
}
