"use client";

import { useFormatter, useTranslations } from "next-intl";

const COUNTS = ["reports", "sent", "failed"] as const;
const SHARES = ["fail_rate", "baseline_fail_rate", "excess"] as const;

/** A report of another shape shows what it has. */
function figuresOf(report: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { figures } = report;
  return typeof figures === "object" && figures !== null ? (figures as Record<string, unknown>) : report;
}

function reasonsOf(report: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(report.reasons) ? report.reasons.filter((reason): reason is string => typeof reason === "string") : [];
}

/** What the plugin's own signed reports said after the change, and what the judge made of them. */
export function HealthReport({ report }: { report: Readonly<Record<string, unknown>> }) {
  const t = useTranslations("health");
  const format = useFormatter();
  const figures = figuresOf(report);
  const shown = [
    ...COUNTS.map((name) => ({ name, value: figures[name], write: (value: number) => format.number(value) })),
    ...SHARES.map((name) => ({
      name,
      value: figures[name],
      write: (value: number) => format.number(value, { style: "percent", maximumFractionDigits: 1 }),
    })),
  ].flatMap(({ name, value, write }) => (typeof value === "number" ? [{ name, text: write(value) }] : []));
  return (
    <div>
      <h4 className="text-sm font-semibold">{t("title")}</h4>
      <dl className="mt-1.5 grid grid-cols-2 gap-x-4 gap-y-1 text-sm sm:grid-cols-3">
        {shown.map(({ name, text }) => (
          <div key={name}>
            <dt className="text-muted">{t(name)}</dt>
            <dd className="font-medium">{text}</dd>
          </div>
        ))}
      </dl>
      {reasonsOf(report).map((reason) => (
        <p key={reason} lang="en" className="mt-1 text-sm text-muted">
          {reason}
        </p>
      ))}
    </div>
  );
}
