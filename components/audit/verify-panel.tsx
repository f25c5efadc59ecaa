"use client";

import { ShieldCheck, TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useFormatter, useTranslations } from "next-intl";
import { useState } from "react";
import { fetchJson } from "../live/fetch-json";
import { Button, buttonClass } from "../ui/button";
import { Card } from "../ui/card";
import type { AuditReport } from "./audit-item";

/** A log of millions takes its time; the server bounds it. */
const TIMEOUT_MS = 10 * 60_000;

type Outcome = { readonly report: AuditReport } | { readonly failure: string } | null;

/** Has the server check the whole log, and says what it found. */
export function VerifyPanel() {
  const t = useTranslations("audit");
  const [outcome, setOutcome] = useState<Outcome>(null);
  const [isRunning, setIsRunning] = useState(false);
  const verify = async () => {
    setIsRunning(true);
    try {
      setOutcome({ report: await fetchJson<AuditReport>("/api/ops/audit/verify", { method: "POST" }, TIMEOUT_MS) });
    } catch (error) {
      setOutcome({ failure: error instanceof Error ? error.message : String(error) });
    } finally {
      setIsRunning(false);
    }
  };
  return (
    <Card
      labelId="verify"
      title={t("verifyTitle")}
      aside={
        <Button look="primary" onClick={() => void verify()} disabled={isRunning}>
          <ShieldCheck aria-hidden="true" className="size-4" />
          {isRunning ? t("verifying") : t("verify")}
        </Button>
      }
    >
      <div aria-live="polite" aria-busy={isRunning} className="px-4 py-3">
        {outcome ? <Told outcome={outcome} /> : <p className="text-sm text-muted">{t("verifyText")}</p>}
      </div>
    </Card>
  );
}

function Told({ outcome }: { outcome: NonNullable<Outcome> }) {
  const t = useTranslations("audit");
  const format = useFormatter();
  if ("failure" in outcome) return <p role="alert">{t("failed", { detail: outcome.failure })}</p>;
  const { ok, size, problem, uncovered, duration_ms } = outcome.report;
  const seconds = format.number(duration_ms / 1_000, { maximumFractionDigits: 1 });
  return (
    <div className="grid gap-2">
      {ok || !problem ? (
        <p className="flex items-center gap-2 font-medium">
          <ShieldCheck aria-hidden="true" className="size-5 shrink-0 text-on-ok" />
          {t("whole", { count: size, seconds })}
        </p>
      ) : (
        <BadIndex problem={problem} />
      )}
      <p className="text-sm text-muted">{t("uncovered", { count: uncovered })}</p>
    </div>
  );
}

function BadIndex({ problem }: { problem: NonNullable<AuditReport["problem"]> }) {
  const t = useTranslations("audit");
  const { index, before, detail } = problem;
  return (
    <div role="alert" className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md bg-danger-wash px-3 py-2">
      <TriangleAlert aria-hidden="true" className="size-5 shrink-0 text-danger" />
      <p className="min-w-0 flex-1">
        <strong className="block">{t("tampered", { index: String(index) })}</strong>
        {before === null ? null : <span className="block text-sm">{t("before", { index: String(index), last: String(before - 1) })}</span>}
        <span lang="en" className="block text-sm">
          {detail}
        </span>
      </p>
      <Link href={`/audit?seq=${index}`} className={buttonClass()}>
        {t("show", { index: String(index) })}
      </Link>
    </div>
  );
}
