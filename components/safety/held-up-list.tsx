"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { HeldUp } from "@/lib/policy/held/held-up";
import { VersionChange } from "../attempts/version-change";

const STATES = ["stopped", "in_flight", "ended"] as const;

/** What a switch holds up: what it stopped, what was past the point of no return, and what nobody mends meanwhile. */
export function HeldUpList({ heldUp }: { heldUp: HeldUp }) {
  const t = useTranslations("safety.held");
  const types = useTranslations("type");
  const attemptStatus = useTranslations("attemptStatus");
  if (heldUp.attempts.length === 0 && heldUp.incidents.length === 0) return <p className="text-sm text-muted">{t("nothing")}</p>;
  const groups = STATES.map((state) => ({ state, attempts: heldUp.attempts.filter((attempt) => attempt.state === state) }));
  return (
    <div className="grid gap-3 text-sm sm:grid-cols-2 lg:grid-cols-4">
      {groups.map(({ state, attempts }) => (
        <section key={state} aria-label={t(state)} data-held={state} className="min-w-0">
          <h3 className="font-medium">
            {t(state)} <span className="text-muted">{attempts.length}</span>
          </h3>
          <ul>
            {attempts.map((attempt) => (
              <li key={attempt.id}>
                <Link
                  href={attempt.incident_id ? `/incidents/${attempt.incident_id}` : `/fleet/${attempt.plugin_id}`}
                  className="flex min-h-11 flex-wrap items-center gap-x-2 text-accent hover:underline sm:min-h-7"
                >
                  <span>{attempt.tenant_name}</span>
                  <VersionChange from={attempt.from_version} to={attempt.to_version} />
                  <span className="text-muted">{attemptStatus(attempt.status as never)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <section aria-label={t("incidents")} data-held="incidents" className="min-w-0">
        <h3 className="font-medium">
          {t("incidents")} <span className="text-muted">{heldUp.incidents.length}</span>
        </h3>
        <ul>
          {heldUp.incidents.map((incident) => (
            <li key={incident.id}>
              <Link
                href={`/incidents/${incident.id}`}
                className="flex min-h-11 flex-wrap items-center gap-x-2 text-accent hover:underline sm:min-h-7"
              >
                {incident.tenant_name}: {types(incident.type)}
              </Link>
            </li>
          ))}
        </ul>
      </section>
      {heldUp.more ? <p className="text-muted sm:col-span-full">{t("more")}</p> : null}
    </div>
  );
}
