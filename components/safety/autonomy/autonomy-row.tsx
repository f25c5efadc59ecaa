"use client";

import { Bot, Hand } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../../ui/button";
import { RelativeTime } from "../../ui/relative-time";
import { whoName } from "../switch-name";
import type { AutonomyDeed } from "./autonomy-dialog";
import type { AutonomyItem, AutonomyPowers } from "./items";

interface AutonomyRowProps {
  readonly item: AutonomyItem;
  readonly needed: number;
  readonly powers: AutonomyPowers;
  onDeed(deed: AutonomyDeed): void;
}

/** One action at one merchant: its level, the evidence against what is needed, and who moved it last. */
export function AutonomyRow({ item, needed, powers, onDeed }: AutonomyRowProps) {
  const t = useTranslations("autonomy");
  const Icon = item.level === "earned" ? Bot : Hand;
  const isOwn = powers.email !== null && item.asked_by !== null && whoName(item.asked_by).toLowerCase() === powers.email.toLowerCase();
  const place = { tenantId: item.tenant_id, tenantName: item.tenant_name, action: item.action };
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="font-medium">
          {item.tenant_name}: {t(`action.${item.action}`)}
        </h3>
        <p className="flex items-center gap-1.5 text-sm">
          <Icon aria-hidden="true" className="size-4 shrink-0" />
          {t(`level.${item.level}`)}
        </p>
      </div>
      <AutonomyFacts item={item} needed={needed} />
      {item.asked_by ? (
        <p className="text-sm break-words">
          {t("asked", { who: whoName(item.asked_by), reason: item.asked_reason ?? "" })} {isOwn ? t("ownAsk") : null}
        </p>
      ) : null}
      <div className="flex flex-wrap gap-2">
        {item.level === "approval" ? (
          <Button
            disabled={!powers.mayPromote || !item.may_promote || isOwn}
            onClick={() => onDeed({ do: "promote", digest: item.digest, ...place })}
          >
            {t(item.asked_by ? "agree" : "promote")}
          </Button>
        ) : (
          <Button look="danger" disabled={!powers.mayRequire} onClick={() => onDeed({ do: "demote", ...place })}>
            {t("demote")}
          </Button>
        )}
      </div>
    </li>
  );
}

/** The evidence against what is needed, who promoted it, and when it was last lost. */
function AutonomyFacts({ item, needed }: Pick<AutonomyRowProps, "item" | "needed">) {
  const t = useTranslations("autonomy");
  return (
    <dl className="grid gap-x-3 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
      <dt className="text-muted">{t("evidence")}</dt>
      <dd>
        {t("evidenceOf", { kept: item.kept, needed, failed: item.failed })} <RelativeTime at={item.since} />
        {item.level === "approval" ? `; ${t("missing", { count: item.missing })}` : null}
      </dd>
      <dt className="text-muted">{t("promotedBy")}</dt>
      <dd>
        {item.promoted_by && item.promoted_at ? (
          <>
            {item.promoted_by.map(whoName).join(", ")}, <RelativeTime at={item.promoted_at} />
          </>
        ) : (
          t("neverPromoted")
        )}
      </dd>
      <dt className="text-muted">{t("demoted")}</dt>
      <dd className="min-w-0 break-words">
        {item.demoted_by && item.demoted_at ? (
          <>
            {whoName(item.demoted_by)}, <RelativeTime at={item.demoted_at} />: <span lang="en">{item.demoted_reason}</span>
          </>
        ) : (
          t("neverDemoted")
        )}
      </dd>
    </dl>
  );
}
