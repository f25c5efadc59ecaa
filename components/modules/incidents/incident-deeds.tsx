"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";
import { isLive, type ModuleIncidentItem } from "./items";

const DEEDS = ["acknowledge", "escalate", "resolve", "comment"] as const;
type Deed = (typeof DEEDS)[number];

/** What a person can do about a module's incident: take it, ask for help, end it, or write down what they found. */
export function IncidentDeeds({ incident, onDone }: { incident: ModuleIncidentItem; onDone(): void }) {
  const t = useTranslations("moduleIncidents");
  const tell = useTell();
  const [deed, setDeed] = useState<Deed | null>(null);
  const possible = DEEDS.filter((one) => one === "comment" || (isLive(incident) && (one !== "resolve" || incident.status !== "healing")));
  const send = async (words: string) => {
    if (deed === null) return;
    const body = deed === "comment" ? { text: words } : { reason: words };
    await postJson(`/api/ops/module-incidents/${incident.id}/${deed}`, body, newKey());
    tell(t(`deeds.${deed}.told`));
    onDone();
  };
  const acknowledge = async () => {
    await postJson(`/api/ops/module-incidents/${incident.id}/acknowledge`, {}, newKey());
    tell(t("deeds.acknowledge.told"));
    onDone();
  };
  return (
    <div className="screen-only flex flex-wrap gap-2">
      {possible.map((one) => (
        <Button
          key={one}
          look={one === "acknowledge" && incident.acknowledged_by === null ? "primary" : undefined}
          onClick={() => (one === "acknowledge" ? void acknowledge().catch(() => tell(t("refused"))) : setDeed(one))}
        >
          {t(`deeds.${one}.name`)}
        </Button>
      ))}
      <DangerDialog
        isOpen={deed !== null}
        title={t(`deeds.${deed ?? "comment"}.name`)}
        impact={<p>{t(`deeds.${deed ?? "comment"}.impact`)}</p>}
        reasons={deed === "comment" ? [] : [t("reasons.looked"), t("reasons.mended")]}
        confirmLabel={t(`deeds.${deed ?? "comment"}.name`)}
        look="primary"
        onConfirm={send}
        onClose={() => setDeed(null)}
      />
    </div>
  );
}
