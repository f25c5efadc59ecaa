"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { type Given, StepUpDialog } from "../../step-up/step-up-dialog";
import { Button } from "../../ui/button";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";
import type { RolloutDetail, RolloutPowers } from "../items";

type Deed = "pause" | "resume" | "promote" | "abort" | "recall";

const SAFER: readonly Deed[] = ["pause", "abort", "recall"];

/** Deeds that make sense in a state; never two that could be taken for one another. */
function deedsOf({ state, wave, waves }: RolloutDetail, { mayStart, mayStop }: RolloutPowers): Deed[] {
  const isLive = state === "running" || state === "holding";
  const isLast = wave >= waves.length - 1;
  return [
    ...(mayStop && (isLive || state === "staging") ? (["pause"] as const) : []),
    ...(mayStart && state === "paused" ? (["resume"] as const) : []),
    ...(mayStart && isLive && !isLast ? (["promote"] as const) : []),
    ...(mayStop && (isLive || state === "staging" || state === "paused") ? (["abort"] as const) : []),
    ...(mayStop && state !== "recalled" ? (["recall"] as const) : []),
  ];
}

/** What somebody may do with a rollout: toward safety one dialog with a reason, away from it the name is typed and a second factor shown as well. */
export function RolloutActions({ rollout, powers }: { rollout: RolloutDetail; powers: RolloutPowers }) {
  const t = useTranslations("rollouts");
  const client = useQueryClient();
  const tell = useTell();
  const [deed, setDeed] = useState<Deed | null>(null);
  const deeds = deedsOf(rollout, powers);
  const name = `${rollout.plugin_key} ${rollout.version}`;
  const perform = async (reason: string) => {
    if (!deed) return;
    const body = {
      reason,
      ...(SAFER.includes(deed) ? {} : { confirm: name }),
      ...(deed === "promote" ? { wave: rollout.wave } : {}),
    };
    await postJson(`/api/ops/rollouts/${rollout.id}/${deed}`, body, newKey());
    tell(t(`done.${deed}`, { name }));
    await Promise.all(["rollout", "rollouts"].map((read) => client.invalidateQueries({ queryKey: [read] })));
  };
  const away = async ({ reason, show }: Given) => {
    await show(deed === "promote" ? rollout.digests.promote : rollout.digests.resume);
    await perform(reason);
  };
  if (deeds.length === 0) return null;
  const isSafer = deed !== null && SAFER.includes(deed);
  const next = rollout.waves[rollout.wave + 1];
  const common = deed && {
    title: t(`ask.${deed}`, { name }),
    impact: <Impact rollout={rollout} deed={deed} nextName={next ? t(`wave.${next.name}` as never) : ""} />,
    confirmLabel: t(`deed.${deed}`),
    reasons: isSafer ? [t("reasons.harm"), t("reasons.unclear")] : [t("reasons.looked"), t("reasons.fix")],
    onClose: () => setDeed(null),
  };
  return (
    <div className="screen-only flex flex-wrap gap-2">
      {deeds.map((each) => (
        <Button key={each} look={each === "recall" ? "danger" : "secondary"} onClick={() => setDeed(each)}>
          {t(`deed.${each}`)}
        </Button>
      ))}
      {common && isSafer ? <DangerDialog isOpen {...common} onConfirm={perform} /> : null}
      {common && !isSafer ? <StepUpDialog {...common} typed={name} look="primary" perform={away} /> : null}
    </div>
  );
}

function Impact({ rollout, deed, nextName }: { rollout: RolloutDetail; deed: Deed; nextName: string }) {
  const t = useTranslations("rollouts");
  const { applied, on_the_way } = rollout.left_running;
  return (
    <div className="grid gap-1.5">
      <p>{t(`impact.${deed}`, { wave: nextName, proven: rollout.counts.proven, updating: rollout.counts.updating })}</p>
      {deed === "pause" ? <p className="text-sm text-muted">{t("leftRunning", { applied, waiting: on_the_way })}</p> : null}
    </div>
  );
}
