"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";
import type { JobItem } from "./items";

/** Center's own rows, where a module's key would stand. */
const CENTER = "";

/** Asks what a repair would change, at one module for all its tenants; nothing is changed by it. */
export function DryRunDialog({ job, onClose }: { job: JobItem; onClose(): void }) {
  const t = useTranslations("repairs");
  const client = useQueryClient();
  const tell = useTell();
  const id = useId();
  const key = useRef(newKey());
  const places = [...job.modules, ...(job.site === "module" ? [] : [CENTER])];
  const [place, setPlace] = useState(places[0] ?? CENTER);
  const start = async (reason: string) => {
    const body = { reason, ...(place === CENTER ? {} : { module_key: place }) };
    await postJson(`/api/ops/repairs/${job.key}/dry-run`, body, key.current);
    key.current = newKey();
    tell(t("begun"));
    await client.invalidateQueries({ queryKey: ["repairs"] });
  };
  return (
    <DangerDialog
      isOpen
      look="primary"
      title={t("tryOf", { job: job.key })}
      confirmLabel={t("try")}
      reasons={[t("reasons.incident"), t("reasons.check")]}
      onConfirm={start}
      onClose={onClose}
      impact={
        <div className="grid gap-2">
          <p>{t("tryImpact")}</p>
          <label htmlFor={id} className="text-sm font-medium">
            {t("where")}
          </label>
          <select
            id={id}
            value={place}
            onChange={({ target }) => setPlace(target.value)}
            className="min-h-11 rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
          >
            {places.map((one) => (
              <option key={one} value={one}>
                {one === CENTER ? t("center") : one}
              </option>
            ))}
          </select>
        </div>
      }
    />
  );
}
