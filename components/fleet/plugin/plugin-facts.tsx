"use client";

import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Card } from "../../ui/card";
import { AbsoluteTime } from "../../ui/relative-time";
import type { PluginDetail } from "./items";

const mono = (text: string) => <span className="font-mono text-sm break-all">{text}</span>;

/** What is registered of a plugin, and what it says it is. */
export function PluginFacts({ plugin }: { plugin: PluginDetail }) {
  const t = useTranslations("plugin");
  const format = useFormatter();
  const { platform } = plugin;
  const made = platform ? [platform.name, platform.version, platform.runtime].filter(Boolean).join(" · ") : "";
  const facts: readonly (readonly [name: Parameters<typeof t>[0], value: ReactNode])[] = [
    ["fact.registered", mono(plugin.version)],
    ["fact.running", plugin.running_version ? mono(plugin.running_version) : t("unknown")],
    ["fact.disk", plugin.disk_version ? mono(plugin.disk_version) : t("unknown")],
    ["fact.lastGood", plugin.last_good_version ? mono(plugin.last_good_version) : t("unknown")],
    ["fact.channel", plugin.channel],
    ["fact.platform", made || t("unknown")],
    ["fact.capabilities", plugin.capabilities?.length ? plugin.capabilities.join(", ") : t("unknown")],
    ["fact.probe", plugin.probe_url ? mono(plugin.probe_url) : t("noProbe")],
    ["fact.volume", format.number(plugin.payment_volume)],
    ["fact.since", <AbsoluteTime key="since" at={plugin.created_at} />],
    ["fact.id", mono(plugin.id)],
  ];
  return (
    <Card labelId="facts" title={t("facts")}>
      <dl className="divide-y divide-hairline">
        {facts.map(([name, value]) => (
          <div key={name} className="flex flex-wrap items-baseline justify-between gap-x-4 px-4 py-1.5 text-sm">
            <dt className="text-muted">{t(name)}</dt>
            <dd className="min-w-0 text-right break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
