"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button } from "../ui/button";
import { DangerDialog } from "../ui/danger-dialog";
import { useTell } from "../ui/toaster";

/** To own what many merchants have at once, or to say that it is no common fault; both concern all of it. */
export function FleetActions({ fleetId, isOwned }: { fleetId: string; isOwned: boolean }) {
  const t = useTranslations("incidents.fleet");
  const client = useQueryClient();
  const tell = useTell();
  const [isOpen, setIsOpen] = useState(false);
  const url = `/api/ops/fleet/incidents/${fleetId}`;
  const refresh = () => client.invalidateQueries({ queryKey: ["incidents"] });
  const acknowledge = async () => {
    try {
      await postJson(`${url}/acknowledge`, {}, newKey());
      tell(t("acknowledged"));
    } catch (error) {
      tell(error instanceof Error ? error.message : String(error));
    }
    await refresh();
  };
  const dissolve = async (reason: string) => {
    const { released } = await postJson<{ released: number }>(`${url}/dissolve`, { reason }, newKey());
    tell(t("dissolved", { released }));
    await refresh();
  };
  return (
    <div className="flex flex-wrap gap-2 px-4 pb-3">
      {isOwned ? null : (
        <Button look="primary" onClick={() => void acknowledge()}>
          {t("acknowledge")}
        </Button>
      )}
      <Button onClick={() => setIsOpen(true)}>{t("dissolve")}</Button>
      <DangerDialog
        isOpen={isOpen}
        title={t("dissolveTitle")}
        impact={<p>{t("dissolveImpact")}</p>}
        reasons={[t("reasons.apart"), t("reasons.moved")]}
        confirmLabel={t("dissolveThis")}
        onConfirm={dissolve}
        onClose={() => setIsOpen(false)}
      />
    </div>
  );
}
