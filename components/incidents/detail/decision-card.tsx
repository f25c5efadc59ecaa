"use client";

import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import type { PermitItem } from "@/lib/policy/permit/permit-item";
import type { SiraDecision } from "@/lib/sira/types";
import { HitRate } from "../../sira/hit-rate";
import type { BucketItem } from "../../sira/items";
import { Card } from "../../ui/card";
import { ConfidenceMeter } from "./confidence-meter";
import { GATES } from "./gate-names";

const PERCENT = { style: "percent", maximumFractionDigits: 1 } as const;

interface DecisionCardProps {
  readonly decision: SiraDecision | null;
  /** What policy made of it; null while nothing was. */
  readonly permit: PermitItem | null;
  /** How confidences like this one came true before; left out where it is not known. */
  readonly bucket?: BucketItem | null;
  /** Where all about the decision is shown. */
  readonly href?: string | null;
}

/** What SIRA proposed, how sure it is and how such confidences came true, and what speaks for and against. */
export function DecisionCard({ decision, permit, bucket, href }: DecisionCardProps) {
  const t = useTranslations("sira");
  const format = useFormatter();
  if (!decision) {
    return (
      <Card labelId="decision" title={t("title")}>
        <p className="px-4 py-3 text-muted">{t("undecided")}</p>
      </Card>
    );
  }
  return (
    <Card labelId="decision" title={t("title")} aside={<span className="font-mono text-xs text-muted">{decision.model_version}</span>}>
      <div className="grid gap-4 p-4">
        <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
          <p className="text-lg font-semibold">
            {t(`action.${decision.action}`)} {decision.patch_version ? <span className="font-mono">{decision.patch_version}</span> : null}
          </p>
          <ConfidenceMeter confidence={decision.confidence} />
        </div>
        <div className="grid gap-1.5">
          {bucket === undefined ? null : <HitRate bucket={bucket} />}
          <p className="text-sm text-muted">{t("drawn", { chance: format.number(decision.propensity, PERCENT) })}</p>
          {permit ? <PermitLine permit={permit} /> : null}
        </div>
        <div className="grid gap-4 md:grid-cols-2">
          <Evidence title={t("for")} none={t("nothingFor")} items={decision.evidence_for} sign="+" />
          <Evidence title={t("against")} none={t("nothingAgainst")} items={decision.evidence_against} sign="−" />
        </div>
        {href ? (
          <Link href={href} className="justify-self-start text-sm font-medium text-accent hover:underline">
            {t("all")}
          </Link>
        ) : null}
      </div>
    </Card>
  );
}

/** What came of it at the gates, in one sentence; every gate stands in the card of the policy. */
function PermitLine({ permit }: { permit: PermitItem }) {
  const t = useTranslations("permit");
  const gates = useTranslations("gate");
  const blocked = permit.gates.filter(({ passed }) => !passed);
  const names = blocked.map(({ gate }) => {
    const known = GATES.find((name) => name === gate);
    return known ? gates(known) : gate;
  });
  return (
    <p className="text-sm">
      <span className="font-semibold">{t(`kind.${permit.kind}`)}</span> ·{" "}
      {blocked.length === 0 ? t("allPassed", { count: permit.gates.length }) : t("stoppedBy", { gates: names.join(", ") })}
    </p>
  );
}

interface EvidenceProps {
  readonly title: string;
  readonly none: string;
  readonly items: readonly { readonly fact: string; readonly weight: number }[];
  readonly sign: "+" | "−";
}

/** Facts with their weights in log-odds, heaviest first. */
function Evidence({ title, none, items, sign }: EvidenceProps) {
  const format = useFormatter();
  const t = useTranslations("sira");
  const sorted = items.toSorted((left, right) => Math.abs(right.weight) - Math.abs(left.weight));
  return (
    <div>
      <h3 className="text-sm font-semibold">{title}</h3>
      {sorted.length === 0 ? <p className="mt-1 text-sm text-muted">{none}</p> : null}
      <ul className="mt-1 grid gap-1.5">
        {sorted.map(({ fact, weight }) => (
          <li key={fact} className="flex items-start gap-2.5 text-sm">
            <span title={t("weight")} className="mt-px w-12 shrink-0 rounded bg-raised px-1.5 text-right font-mono text-xs leading-5">
              {sign}
              {format.number(Math.abs(weight), { minimumFractionDigits: 1, maximumFractionDigits: 1 })}
            </span>
            <span lang="en" className="min-w-0 break-words">
              {fact}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
