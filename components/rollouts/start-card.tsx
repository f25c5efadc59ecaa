"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { type Given, StepUpDialog } from "../step-up/step-up-dialog";
import { Button } from "../ui/button";
import { Card } from "../ui/card";

export interface StartableRelease {
  readonly id: string;
  readonly plugin_key: string;
  readonly version: string;
  /** What a second factor is shown for to start its rollout. */
  readonly start_digest: string;
}

/** Sending a release on its way: away from safety, so its name is typed, a reason given and a second factor shown; the server asks for all. */
export function StartCard({ releases }: { releases: readonly StartableRelease[] }) {
  const t = useTranslations("rollouts");
  const router = useRouter();
  const id = useId();
  const [chosen, setChosen] = useState(releases[0]?.id ?? "");
  const [isOpen, setIsOpen] = useState(false);
  const release = releases.find((each) => each.id === chosen) ?? releases[0];
  const start = async ({ reason, show }: Given) => {
    if (!release) return;
    await show(release.start_digest);
    const confirm = `${release.plugin_key} ${release.version}`;
    await postJson("/api/ops/rollouts", { release_id: release.id, confirm, reason }, newKey());
    router.refresh();
  };
  return (
    <Card labelId="start" title={t("start")}>
      {release ? (
        <div className="flex flex-wrap items-end gap-3 p-4">
          <div className="grid min-w-0 gap-1">
            <label htmlFor={id} className="text-sm font-medium">
              {t("release")}
            </label>
            <select
              id={id}
              value={release.id}
              onChange={({ target }) => setChosen(target.value)}
              className="min-h-11 max-w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
            >
              {releases.map((each) => (
                <option key={each.id} value={each.id}>
                  {each.plugin_key} {each.version}
                </option>
              ))}
            </select>
          </div>
          <Button look="primary" data-deed="start_rollout" onClick={() => setIsOpen(true)}>
            {t("startThis")}
          </Button>
          {isOpen ? (
            <StepUpDialog
              title={t("startTitle", { name: `${release.plugin_key} ${release.version}` })}
              impact={<p>{t("startImpact")}</p>}
              reasons={[t("reasons.planned"), t("reasons.fix")]}
              confirmLabel={t("startThis")}
              typed={`${release.plugin_key} ${release.version}`}
              look="primary"
              perform={start}
              onClose={() => setIsOpen(false)}
            />
          ) : null}
        </div>
      ) : (
        <p className="px-4 py-3 text-sm text-muted">{t("nothingToStart")}</p>
      )}
    </Card>
  );
}
