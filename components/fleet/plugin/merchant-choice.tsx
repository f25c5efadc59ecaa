"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useDeferredValue, useId, useState } from "react";
import { fetchJson } from "../../live/fetch-json";
import type { Page } from "../../live/items";
import { slugOf } from "./slug-of";

/** A merchant that is there, or one to be registered under a name. */
export type ChosenMerchant = { readonly id: string; readonly name: string } | { readonly slug: string; readonly name: string };

interface MerchantChoiceProps {
  readonly chosen: ChosenMerchant | null;
  onChoose(merchant: ChosenMerchant): void;
}

const SHOWN = 6;

/** Finds a merchant by name, however many there are, or offers to register the name as a new one. */
export function MerchantChoice({ chosen, onChoose }: MerchantChoiceProps) {
  const t = useTranslations("plugin.register");
  const id = useId();
  const [text, setText] = useState("");
  const wanted = useDeferredValue(text.trim());
  const { data } = useQuery({
    queryKey: ["tenants", wanted],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ limit: String(SHOWN), ...(wanted ? { q: wanted } : {}) });
      return fetchJson<Page<{ id: string; name: string; slug: string }>>(`/api/ops/tenants?${query}`, { signal });
    },
  });
  const found = data?.items ?? [];
  const slug = slugOf(wanted);
  const isNew = slug !== "" && data !== undefined && !found.some((tenant) => tenant.slug === slug || tenant.name === wanted);
  const options: readonly ChosenMerchant[] = [...found, ...(isNew ? [{ slug, name: wanted }] : [])];
  const keyOf = (merchant: ChosenMerchant) => ("id" in merchant ? merchant.id : `new ${merchant.slug}`);
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">{t("merchant")}</legend>
      <input
        type="search"
        aria-label={t("findMerchant")}
        placeholder={t("findMerchant")}
        value={text}
        maxLength={100}
        onChange={({ target }) => setText(target.value)}
        className="h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:h-9 sm:text-base"
      />
      {options.map((merchant) => (
        <label key={keyOf(merchant)} className="flex min-h-9 items-center gap-2.5">
          <input
            type="radio"
            name={id}
            checked={chosen !== null && keyOf(chosen) === keyOf(merchant)}
            onChange={() => onChoose(merchant)}
            className="size-4 accent-accent"
          />
          {"id" in merchant ? merchant.name : t("newMerchant", { name: merchant.name })}
        </label>
      ))}
    </fieldset>
  );
}
