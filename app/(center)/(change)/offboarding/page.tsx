import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { LeavingDetail } from "@/components/people/offboarding/leaving-detail";
import { LeavingList } from "@/components/people/offboarding/leaving-list";
import { buttonClass } from "@/components/ui/button";
import type { TenantScope } from "@/lib/access/types";
import { systemClock } from "@/lib/platform/clock";
import { leavingQuery, listLeaving, readLeaving } from "@/lib/survival/offboarding/queries-offboarding";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("offboarding") };
}

interface Asked {
  readonly tenant_id?: string | string[];
  readonly q?: string | string[];
}

async function chosen(scope: TenantScope, asked: Asked["tenant_id"], now: Date) {
  if (asked === undefined) return null;
  const id = z.uuid().safeParse(asked);
  return id.success ? ((await readLeaving(scope, id.data.toLowerCase(), now)) ?? notFound()) : notFound();
}

/** Merchants that leave: who, until when it can be called off, what is erased and what stays. */
export default async function OffboardingPage({ searchParams }: { searchParams: Promise<Asked> }) {
  const actor = await signedInWith("switch:looser");
  if (!actor) return <Forbidden permission="switch:looser" />;
  const { tenant_id: asked, q } = await searchParams;
  const parsed = leavingQuery.safeParse(typeof q === "string" && q.trim() !== "" ? { q: q.trim() } : {});
  const query = parsed.success ? parsed.data : {};
  const now = systemClock.now();
  const [t, list, detail] = await Promise.all([
    getTranslations("offboarding"),
    listLeaving(actor.tenants, query, now),
    chosen(actor.tenants, asked, now),
  ]);
  const renderedAt = now.toISOString();
  return (
    <div className="grid gap-4">
      <div>
        <h1 className="text-xl font-semibold">{t("title")}</h1>
        <p className="max-w-prose text-muted">{t("lead")}</p>
      </div>
      {detail ? (
        <LeavingDetail
          key={detail.id}
          url={`/api/ops/tenants/${detail.id}/offboard`}
          initial={detail}
          renderedAt={renderedAt}
          reader={actor.id}
          mayAct={actor.tenants.kind === "all" && !actor.supporting}
        />
      ) : null}
      <form action="/offboarding" className="screen-only flex flex-wrap items-end gap-2">
        <div className="grid gap-1">
          <label htmlFor="q" className="text-sm font-medium">
            {t("search")}
          </label>
          <input
            id="q"
            name="q"
            type="search"
            defaultValue={query.q ?? ""}
            maxLength={100}
            className="min-h-11 rounded-md border border-control bg-panel px-3 sm:min-h-9"
          />
        </div>
        <button type="submit" className={buttonClass()}>
          {t("find")}
        </button>
      </form>
      <LeavingList
        key={query.q ?? ""}
        url={`/api/ops/tenants/leaving${query.q ? `?${new URLSearchParams({ q: query.q })}` : ""}`}
        initial={list}
        renderedAt={renderedAt}
        isSearched={query.q !== undefined}
      />
    </div>
  );
}
