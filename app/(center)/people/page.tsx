import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { PeopleBoard } from "@/components/people/people-board";
import { buttonClass } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { StateView } from "@/components/ui/state-view";
import { listPeople, listTenants, peopleQuery } from "@/lib/access/queries";
import { may } from "@/lib/access/roles";
import type { Actor } from "@/lib/access/types";
import { LIMITS } from "@/lib/platform/limits";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("people") };
}

type Search = Readonly<Record<string, string | string[] | undefined>>;

/** Who may do what: everybody whom the reader looks after. */
export default async function PeoplePage({ searchParams }: { searchParams: Promise<Search> }) {
  const actor = await signedInWith("people:write");
  if (!actor) return <Forbidden permission="people:write" />;
  const t = await getTranslations("people");
  const { q, cursor } = await searchParams;
  const given = { ...(q ? { q } : {}), ...(cursor ? { cursor } : {}) };
  const query = peopleQuery.safeParse(given);
  const shown = typeof q === "string" ? q : "";
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <p className="text-muted">{t("lead")}</p>
      <form action="/people" className="screen-only flex flex-wrap items-end gap-2">
        <div className="grid gap-1">
          <label htmlFor="q" className="text-sm font-medium">
            {t("search")}
          </label>
          <input
            id="q"
            name="q"
            type="search"
            defaultValue={shown}
            maxLength={100}
            className="min-h-11 rounded-md border border-control bg-panel px-3 sm:min-h-9"
          />
        </div>
        <button type="submit" className={buttonClass()}>
          {t("find")}
        </button>
      </form>
      {query.success ? <Listed actor={actor} query={query.data} shown={shown} /> : <BadFilter />}
    </div>
  );
}

async function Listed({ actor, query, shown }: { actor: Actor; query: Parameters<typeof listPeople>[1]; shown: string }) {
  const t = await getTranslations("people");
  const [people, tenants] = await Promise.all([listPeople(actor.tenants, query), listTenants(actor.tenants, { limit: LIMITS.pageSize })]);
  const address = (cursor?: string) => `/people?${new URLSearchParams({ ...(shown ? { q: shown } : {}), ...(cursor ? { cursor } : {}) })}`;
  return (
    <>
      <PeopleBoard
        people={people.items}
        tenants={tenants.items.map(({ id, name }) => ({ id, name }))}
        email={actor.email ?? ""}
        mayGiveEverywhere={actor.tenants.kind === "all"}
        isFiltered={shown !== ""}
        mayEnter={may(actor, "support:enter")}
        mayErase={may(actor, "switch:looser") && actor.tenants.kind === "all"}
      />
      {people.next_cursor || query.cursor ? (
        <nav aria-label={t("pages")} className="screen-only flex justify-between gap-2">
          <Link href={address()} className={buttonClass()}>
            {t("first")}
          </Link>
          {people.next_cursor ? (
            <Link href={address(people.next_cursor)} className={buttonClass()}>
              {t("next")}
            </Link>
          ) : null}
        </nav>
      ) : null}
    </>
  );
}

async function BadFilter() {
  const [t, states] = await Promise.all([getTranslations("people"), getTranslations("states")]);
  const clear = (
    <Link href="/people" className={buttonClass()}>
      {t("clear")}
    </Link>
  );
  return (
    <Card>
      <StateView kind="filtered" title={states("badFilterTitle")} text={states("badFilterText")} action={clear} />
    </Card>
  );
}
