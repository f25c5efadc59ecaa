"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { Card } from "../../ui/card";
import type { HeldRollout } from "./items";

/** What freezes and hours keep from beginning now: each rollout with the shops that wait in it. */
export function HeldUpCard({ rollouts }: { rollouts: readonly HeldRollout[] }) {
  const t = useTranslations("calendar");
  return (
    <Card labelId="held-up" title={t("heldUp")}>
      {rollouts.length === 0 ? <p className="px-4 py-3 text-sm text-muted">{t("nothingHeld")}</p> : null}
      <ul className="divide-y divide-hairline">
        {rollouts.map(({ rollout_id, plugin_key, version, count, shops }) => (
          <li key={rollout_id} className="grid gap-1 px-4 py-3">
            <Link href={`/rollouts/${rollout_id}`} className="min-h-11 content-center font-medium text-accent hover:underline sm:min-h-6">
              <span className="font-mono">{plugin_key}</span> {version}
            </Link>
            <p className="text-sm text-muted">{t("shopsWait", { count })}</p>
            <ul className="grid gap-x-4 text-sm sm:grid-cols-2">
              {shops.map(({ plugin_id, tenant_name, held_by }) => (
                <li key={plugin_id} className="flex min-h-11 flex-wrap items-center gap-x-2 sm:min-h-7">
                  <Link href={`/fleet/${plugin_id}`} className="text-accent hover:underline">
                    {tenant_name}
                  </Link>
                  <span className="text-muted">{held_by ? t(`heldBy.${held_by}`) : null}</span>
                </li>
              ))}
            </ul>
            {shops.length < count ? <p className="text-sm text-muted">{t("moreShops", { count: count - shops.length })}</p> : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}
