"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";
import { type AskedDeed, isLive, type ShownModuleIncident } from "./items";
import { Ownership } from "./ownership";

const DEEDS = ["escalate", "resolve", "comment"] as const;
type Deed = (typeof DEEDS)[number];
const KEYS: Readonly<Partial<Record<Deed, string>>> = { escalate: "e", comment: "." };

interface IncidentDeedsProps {
  readonly incident: ShownModuleIncident;
  readonly self: { readonly id: string; readonly email: string };
  readonly asked: AskedDeed | null;
  onShow(change: Partial<ShownModuleIncident>): void;
  onDone(): void;
}

/** What a person can do about a module's incident: take it, give it to somebody, ask for help, end it, or write down what they found. */
export function IncidentDeeds({ incident, self, asked, onShow, onDone }: IncidentDeedsProps) {
  const t = useTranslations("moduleIncidents");
  const tell = useTell();
  const bar = useRef<HTMLDivElement>(null);
  const [deed, setDeed] = useState<Deed | null>(null);
  useEffect(() => {
    if (!asked) return;
    bar.current?.scrollIntoView({ block: "nearest" });
    if (asked.deed === "escalate") setDeed("escalate");
    // Not pressed for anybody, only found.
    if (asked.deed === "acknowledge") bar.current?.querySelector("button")?.focus();
  }, [asked]);
  const possible = DEEDS.filter((one) => one === "comment" || (isLive(incident) && (one !== "resolve" || incident.status !== "healing")));
  const send = async (words: string) => {
    if (deed === null) return;
    const body = deed === "comment" ? { text: words } : { reason: words };
    await postJson(`/api/ops/module-incidents/${incident.id}/${deed}`, body, newKey());
    tell(t(`deeds.${deed}.told`));
    onDone();
  };
  return (
    <div ref={bar} className="screen-only flex flex-wrap items-center gap-2">
      {isLive(incident) ? <Ownership incident={incident} self={self} asked={asked} onShow={onShow} onDone={onDone} /> : null}
      {possible.map((one) => (
        <Button key={one} data-deed={one} aria-keyshortcuts={KEYS[one]} onClick={() => setDeed(one)}>
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
