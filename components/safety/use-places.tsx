"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useDeferredValue, useId, useState } from "react";
import { fetchJson } from "../live/fetch-json";
import type { FleetItem, Page } from "../live/items";
import type { SafetyPlaces } from "./items";

const FOUND = 20;

async function findPlaces(text: string, signal: AbortSignal): Promise<Pick<SafetyPlaces, "merchants" | "plugins">> {
  const query = new URLSearchParams({ q: text, limit: String(FOUND) });
  const [tenants, fleet] = await Promise.all([
    fetchJson<Page<{ id: string; name: string }>>(`/api/ops/tenants?${query}`, { signal }),
    fetchJson<Page<FleetItem>>(`/api/ops/fleet?${query}`, { signal }),
  ]);
  return {
    merchants: tenants.items.map(({ id, name }) => ({ id, name })),
    plugins: fleet.items.map(({ id, tenant_name, plugin_key }) => ({ id, merchant: tenant_name, key: plugin_key })),
  };
}

/** The places that a choice offers; where there are more than it can hold, a search beside it finds the others by name. */
export function usePlaces(first: SafetyPlaces): { readonly places: SafetyPlaces; readonly search: ReactNode } {
  const t = useTranslations("safety.narrow");
  const id = useId();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const { data } = useQuery({
    queryKey: ["places", wanted],
    queryFn: ({ signal }) => findPlaces(wanted, signal),
    enabled: first.hasMore && wanted !== "",
  });
  const search = first.hasMore ? (
    <div className="grid gap-1 sm:col-span-full">
      <label htmlFor={id} className="text-sm font-medium text-muted">
        {t("find")}
      </label>
      <input
        id={id}
        type="search"
        value={text}
        maxLength={100}
        onChange={({ target }) => setText(target.value)}
        className="min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
      />
    </div>
  ) : null;
  return { places: wanted !== "" && data ? { ...first, ...data } : first, search };
}
