import { ArrowLeft } from "lucide-react";
import Link from "next/link";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { AddressesBoard } from "@/components/deliveries/addresses/addresses-board";
import { MerchantNoticesForm } from "@/components/deliveries/addresses/merchant-notices-form";
import { buttonClass } from "@/components/ui/button";
import { listTenants } from "@/lib/access/queries";
import type { TenantScope } from "@/lib/access/types";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { showTenantNotices } from "@/lib/notify/choices/queries-notices";
import { listWebhooks } from "@/lib/notify/queries";
import { systemClock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";

/** Merchants that one search shows. */
const FOUND = 8;

export async function generateMetadata() {
  return { title: (await getTranslations("addresses"))("pageTitle") };
}

interface Asked {
  readonly tenant_id?: string | string[];
  readonly q?: string | string[];
}

/** Whose addresses are asked for: a merchant's, or, of those who act for all, ops' own (null). */
async function whose(scope: TenantScope, asked: Asked["tenant_id"]): Promise<string | null> {
  const parsed = z.uuid().safeParse(asked);
  if (parsed.success) return parsed.data.toLowerCase();
  if (asked !== undefined && asked !== "") return notFound();
  if (scope.kind === "all") return null;
  return (await listTenants(scope, { limit: 1 })).items[0]?.id ?? notFound();
}

/** Who is told of things: addresses that get signed messages, and what a merchant's people hear of by e-mail. */
export default async function AddressesPage({ searchParams }: { searchParams: Promise<Asked> }) {
  const actor = await signedInWith("webhook:write");
  if (!actor) return <Forbidden permission="webhook:write" />;
  const { tenant_id: asked, q } = await searchParams;
  const scope = actor.tenants;
  const tenantId = await whose(scope, asked);
  const notices = tenantId === null ? null : ((await showTenantNotices(scope, tenantId)) ?? notFound());
  const query = { limit: LIMITS.pageSize, tenant_id: tenantId ?? PLATFORM_TENANT };
  const [t, addresses] = await Promise.all([getTranslations("addresses"), listWebhooks(scope, query)]);
  return (
    <div className="grid gap-4">
      <Link
        href="/deliveries"
        className="screen-only inline-flex min-h-9 items-center gap-1.5 justify-self-start text-sm font-medium text-accent hover:underline"
      >
        <ArrowLeft aria-hidden="true" className="size-4" />
        {t("back")}
      </Link>
      <div>
        <h1 className="text-xl font-semibold">{notices ? t("of", { merchant: notices.name }) : t("ofOps")}</h1>
        <p className="text-muted">{t(notices ? "lead" : "leadOps")}</p>
      </div>
      <Merchants scope={scope} search={typeof q === "string" ? q.trim() : ""} shown={tenantId} />
      <AddressesBoard
        key={`addresses ${tenantId}`}
        renderedAt={systemClock.now().toISOString()}
        url={`/api/ops/webhooks?${new URLSearchParams({ limit: String(query.limit), tenant_id: query.tenant_id })}`}
        initial={addresses}
        tenantId={tenantId}
        overlapHours={LIMITS.secretOverlapSeconds / 3_600}
      />
      {notices ? <MerchantNoticesForm key={`notices ${tenantId}`} notices={notices} hasMail={environment().mail !== null} /> : null}
    </div>
  );
}

/** The way to the addresses of another merchant; left out for whoever looks after one alone. */
async function Merchants({ scope, search, shown }: { scope: TenantScope; search: string; shown: string | null }) {
  if (scope.kind === "set" && scope.ids.length === 1) return null;
  const t = await getTranslations("addresses");
  const found = (await listTenants(scope, { limit: FOUND, ...(search ? { q: search.slice(0, 100) } : {}) })).items;
  const links = [...(scope.kind === "all" ? [{ id: "", name: t("ops") }] : []), ...found.map(({ id, name }) => ({ id, name }))];
  return (
    <nav aria-label={t("merchants")} className="screen-only grid gap-2">
      <form action="/deliveries/addresses" className="flex flex-wrap items-end gap-2">
        {shown ? <input type="hidden" name="tenant_id" value={shown} /> : null}
        <div className="grid gap-1">
          <label htmlFor="q" className="text-sm font-medium">
            {t("find")}
          </label>
          <input
            id="q"
            name="q"
            type="search"
            defaultValue={search}
            maxLength={100}
            className="min-h-11 rounded-md border border-control bg-panel px-3 sm:min-h-9"
          />
        </div>
        <button type="submit" className={buttonClass()}>
          {t("search")}
        </button>
      </form>
      <ul className="flex flex-wrap gap-2">
        {links.map(({ id, name }) => (
          <li key={id}>
            <Link
              href={id === "" ? "/deliveries/addresses" : `/deliveries/addresses?tenant_id=${id}`}
              aria-current={(shown ?? "") === id ? "page" : undefined}
              className={buttonClass((shown ?? "") === id ? "primary" : "secondary")}
            >
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
