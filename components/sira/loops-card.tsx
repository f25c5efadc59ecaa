"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "../ui/card";
import type { LoopsItem } from "./items";

/** Healing that goes round in circles: what was carried out again and again and did not last. */
export function LoopsCard({ loops }: { loops: LoopsItem }) {
  const t = useTranslations("siraPage.loops");
  const types = useTranslations("type");
  const actions = useTranslations("siraPage.deed");
  const { items, days, barred_from } = loops;
  return (
    <Card labelId="loops" title={t("title")} aside={<span className="text-sm text-muted">{items.length}</span>}>
      <p className="px-4 py-3 text-sm text-muted">{items.length === 0 ? t("none", { days }) : t("text", { days, count: barred_from })}</p>
      <ul className="divide-y divide-hairline">
        {items.map(({ plugin_id, plugin_key, tenant_name, action, times, incident_id, incident_type, is_over }) => (
          <li key={`${plugin_id} ${incident_type} ${action}`}>
            <Link
              href={`/incidents/${incident_id}`}
              className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 text-sm hover:bg-raised sm:grid-cols-[1fr_auto]"
            >
              <span className="font-medium">
                {types(incident_type)} · {tenant_name} <span className="font-mono font-normal text-muted">{plugin_key}</span>
              </span>
              <span className="text-muted">{t(is_over ? "over" : "open")}</span>
              <span className="sm:col-span-full">
                {t("times", { action: actions(action), count: times })}{" "}
                {times >= barred_from ? <b className="font-semibold text-danger">{t("barred")}</b> : null}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
