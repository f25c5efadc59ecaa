import Link from "next/link";
import { getLocale, getTranslations } from "next-intl/server";
import { Forbidden } from "@/app/(center)/forbidden-state";
import { signedInWith } from "@/app/(center)/signed-in";
import { Card } from "@/components/ui/card";
import { RUNBOOKS } from "@/lib/runbooks/catalogue";

export async function generateMetadata() {
  return { title: (await getTranslations("nav"))("runbooks") };
}

/** What to do when Center does not mend it by itself: every runbook, and when it is the right one. */
export default async function RunbooksPage() {
  const actor = await signedInWith("incident:read");
  if (!actor) return <Forbidden permission="incident:read" />;
  const t = await getTranslations("runbooks");
  const types = await getTranslations("type");
  const language = (await getLocale()) === "fr" ? "fr" : "en";
  const named = (type: string) => (types.has(type as never) ? types(type as never) : type.replaceAll("_", " "));
  return (
    <div className="grid gap-4">
      <h1 className="text-xl font-semibold">{t("title")}</h1>
      <p className="text-lg">{t("verdict", { count: RUNBOOKS.length })}</p>
      <Card labelId="runbooks" title={t("list")}>
        <ul aria-labelledby="runbooks" className="divide-y divide-hairline">
          {RUNBOOKS.map(({ slug, title, when, incident_types, steps }) => (
            <li key={slug}>
              <Link data-row="" href={`/runbooks/${slug}`} className="grid gap-1 px-4 py-3 hover:bg-raised">
                <span className="font-medium break-words">{title[language]}</span>
                <span className="text-sm break-words">{when[language]}</span>
                <span className="text-sm text-muted">
                  {t("steps", { count: steps.length })}
                  {incident_types.length > 0 ? ` · ${incident_types.map(named).join(", ")}` : ""}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </Card>
    </div>
  );
}
