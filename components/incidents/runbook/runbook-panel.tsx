"use client";

import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { Card } from "../../ui/card";
import type { Deed, RunbookItem, RunbookSubject, RunItem } from "./items";
import { RunbookFollow } from "./runbook-follow";

/** Runbooks that fit an incident, and what was recorded in them. */
export interface RunbooksShown {
  readonly runbooks: readonly RunbookItem[];
  readonly runsUrl: string;
  readonly runs: { readonly items: readonly RunItem[] };
}

interface RunbookPanelProps extends RunbooksShown {
  readonly renderedAt: string;
  readonly about: RunbookSubject;
  /** Dialogs that the incident's own page has. */
  readonly deeds: ReadonlySet<Deed>;
  readonly mayWrite: boolean;
  onDeed(deed: Deed): void;
}

/** What to do about this kind of incident, step by step; where several fit, one is chosen. */
export function RunbookPanel({ runbooks, ...follow }: RunbookPanelProps) {
  const t = useTranslations("runbooks");
  const language = useLocale() === "fr" ? "fr" : "en";
  const [chosen, setChosen] = useState(runbooks[0]?.slug ?? "");
  const runbook = runbooks.find(({ slug }) => slug === chosen);
  return (
    <Card
      labelId="runbook"
      title={t("title")}
      aside={
        <Link href="/runbooks" className="text-sm font-medium text-accent hover:underline">
          {t("all")}
        </Link>
      }
    >
      {runbooks.length > 1 ? (
        <div className="screen-only flex flex-wrap gap-2 px-4 pt-3">
          {runbooks.map(({ slug, title }) => (
            <button
              key={slug}
              type="button"
              aria-pressed={slug === chosen}
              onClick={() => setChosen(slug)}
              className="min-h-9 rounded-md border border-control px-3 text-sm aria-pressed:bg-accent-wash"
            >
              {title[language]}
            </button>
          ))}
        </div>
      ) : null}
      {runbook ? (
        <RunbookFollow key={runbook.slug} runbook={runbook} {...follow} />
      ) : (
        <p className="px-4 py-3 text-muted">{t("noneFits")}</p>
      )}
    </Card>
  );
}
