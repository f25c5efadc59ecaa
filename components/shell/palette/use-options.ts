"use client";

import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useMemo, useState } from "react";
import type { Found, SearchAnswer } from "@/lib/platform/web/search/types";
import { fetchJson } from "../../live/fetch-json";
import { useTell } from "../../ui/toaster";
import { useLooks } from "../looks/looks";
import { placesFor } from "../navigation";
import { EVERYTHING } from "../scope/scope";
import { useScope } from "../scope/scope-provider";
import { deedsHere, pressWhenThere } from "./deeds";
import { bestMatches } from "./match-words";
import { actionsFor, hrefOf, type Option } from "./options";
import type { PaletteMode } from "./palette-mode";

const SETTLED_MS = 120;
const KINDS = { everything: null, scope: "tenant,module" } as const;

/** What was typed, once the typing pauses. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** What the server finds; the last answer stays while the next is on its way. */
function useFound(typed: string, mode: PaletteMode) {
  const q = useSettled(typed.trim());
  const kinds = KINDS[mode];
  const parameters = new URLSearchParams({ ...(q === "" ? {} : { q: q.slice(0, 100) }), ...(kinds ? { kinds } : {}) });
  const url = `/api/ops/search?${parameters}`;
  return useQuery({
    queryKey: ["search", url],
    queryFn: ({ signal }) => fetchJson<SearchAnswer>(url, { signal }),
    enabled: mode === "scope" || q.length > 1,
    placeholderData: keepPreviousData,
    retry: false,
  });
}

/** Pages and actions whose names answer what was typed: known here, and shown at once. */
function useOwnOptions(typed: string, roles: readonly string[]): readonly Option[] {
  const [nav, t] = [useTranslations("nav"), useTranslations("palette")];
  const router = useRouter();
  const tell = useTell();
  const { hrefOf: scoped } = useScope();
  const { theme, chooseTheme } = useLooks();
  return useMemo(() => {
    const bare = { detail: "", severity: null } as const;
    const here: Option[] = deedsHere().map(({ label, press }, place) => ({
      ...bare,
      id: `here-${place}`,
      group: "here",
      label,
      choose: press,
    }));
    const pages: Option[] = [
      ...placesFor(roles).map(({ href, name }) => ({ href: scoped(href), label: nav(name), id: name })),
      { href: "/account", label: t("account"), id: "account" },
    ].map(({ href, label, id }) => ({ ...bare, id: `page-${id}`, group: "pages", label, choose: () => router.push(href) }));
    const begin = async (href: string, deed: string) => {
      if (window.location.pathname !== href) router.push(href);
      if (!(await pressWhenThere(deed, href))) tell(t("notHere"), { isProblem: true });
    };
    const actions: Option[] = [
      ...actionsFor(roles).map(({ name, href, deed }) => ({ id: name, label: t(name), choose: () => void begin(href, deed) })),
      ...(["light", "dark", "system"] as const)
        .filter((name) => name !== theme)
        .map((name) => ({ id: name, label: t(name), choose: () => chooseTheme(name) })),
    ].map((action) => ({ ...bare, ...action, id: `action-${action.id}`, group: "actions" }));
    return [...bestMatches(here, typed), ...bestMatches(pages, typed), ...bestMatches(actions, typed)];
  }, [typed, roles, nav, t, router, tell, scoped, theme, chooseTheme]);
}

/** What the whole Center can be narrowed to: first the way back to everything. */
function useScopeChoices(items: readonly Found[]): readonly Option[] {
  const t = useTranslations("scope");
  const client = useQueryClient();
  const { choose } = useScope();
  const all: Option = { id: "scope-all", group: "scope", label: t("all"), detail: "", severity: null, choose: () => choose(EVERYTHING) };
  const found = items.map((item): Option => {
    const pick = () => {
      client.setQueryData(["scope-name", item.id], item.title);
      choose(item.kind === "tenant" ? { tenantId: item.id, moduleKey: null } : { tenantId: null, moduleKey: item.id });
    };
    return { id: `scope-${item.id}`, group: item.kind, label: item.title, detail: item.detail, severity: null, choose: pick };
  });
  return [all, ...found];
}

/** Everything that the palette shows for what was typed. */
export function useOptions(typed: string, mode: PaletteMode, roles: readonly string[]) {
  const router = useRouter();
  const words = useTranslations();
  const { data, isFetching, error } = useFound(typed, mode);
  const own = useOwnOptions(typed, roles);
  const items = data?.items ?? [];
  const choices = useScopeChoices(mode === "scope" ? items : []);
  const found = items.map((item, place): Option => {
    const type =
      item.kind === "incident" ? `type.${item.title}` : item.kind === "module_incident" ? `moduleIncidents.type.${item.title}` : "";
    const label = type && words.has(type as never) ? words(type as never) : item.title;
    const detail = [item.tenant_name === label ? "" : item.tenant_name, item.detail].filter(Boolean).join(" · ");
    const id = item.kind === "audit" ? `audit-${place}` : `${item.kind}-${item.id}`;
    return { id, group: item.kind, label, detail, severity: item.severity, choose: () => router.push(hrefOf(item)) };
  });
  const isAsked = typed.trim().length > 1;
  return { options: mode === "scope" ? choices : [...own, ...(isAsked ? found : [])], isFetching: isFetching && isAsked, error };
}
