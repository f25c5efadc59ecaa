"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "../../ui/card";
import type { RecallItem } from "../items";

/** How far a version has been taken back: what beats still say, and where a person is needed. */
export function RecallCard({ recall }: { recall: RecallItem }) {
  const t = useTranslations("rollouts.recall");
  const { left_on_bad: left, undoing, undone, needs_person: stuck, items } = recall;
  return (
    <Card labelId="recall" title={t(recall.kind)}>
      <div className="grid gap-2 px-4 py-3">
        <p className="live-data text-lg font-medium" data-left-on-bad={left}>
          {left === 0 ? t("clear") : t("left", { count: left })}
        </p>
        <p className="text-sm text-muted">{t("progress", { undone, undoing, stuck })}</p>
        <p className="text-sm">
          {t("why", { who: recall.ordered_by.replace(/^person:/, "") })} <q lang="en">{recall.reason}</q>
        </p>
        {items.some(({ state }) => state === "needs_person") ? (
          <ul className="grid gap-1 text-sm">
            {items
              .filter(({ state }) => state === "needs_person")
              .map(({ plugin_id, tenant_name, why }) => (
                <li key={plugin_id}>
                  <Link href={`/fleet/${plugin_id}`} className="font-medium text-accent hover:underline">
                    {tenant_name}
                  </Link>{" "}
                  <span lang="en" className="text-muted">
                    {why}
                  </span>
                </li>
              ))}
          </ul>
        ) : null}
      </div>
    </Card>
  );
}
