"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { DangerDialog } from "../../ui/danger-dialog";
import { useTell } from "../../ui/toaster";
import type { SafetyPlaces } from "../items";
import { usePlaces } from "../use-places";

interface EmergencyDialogProps {
  readonly isOpen: boolean;
  readonly places: SafetyPlaces;
  readonly mayAll: boolean;
  onClose(): void;
}

/** What a choice stands for, as the API takes it. */
function scopeOf(choice: string): unknown {
  const [kind, name = "", version] = choice.split("\n");
  if (kind === "global") return "global";
  return kind === "tenant" ? { tenant_id: name } : { plugin_key: name, ...(version ? { version } : {}) };
}

/** Every plugin key, and every version of it that runs somewhere. */
function keysOf(places: SafetyPlaces): { key: string; versions: string[] }[] {
  const versions = new Map<string, Set<string>>();
  for (const { key, version } of places.versions) versions.set(key, (versions.get(key) ?? new Set()).add(version));
  return [...versions].map(([key, known]) => ({ key, versions: [...known].toSorted() })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** How far it may reach: everything, one plugin or version of it, one merchant. */
function ScopeOptions({ places, mayAll }: Pick<EmergencyDialogProps, "places" | "mayAll">) {
  const t = useTranslations("safety.emergency");
  return (
    <>
      {mayAll ? <option value="global">{t("everything")}</option> : null}
      {keysOf(places).map(({ key: pluginKey, versions }) => (
        <optgroup key={pluginKey} label={pluginKey}>
          <option value={`plugin\n${pluginKey}`}>{t("anyVersion", { plugin: pluginKey })}</option>
          {versions.map((version) => (
            <option key={version} value={`plugin\n${pluginKey}\n${version}`}>
              {pluginKey} {version}
            </option>
          ))}
        </optgroup>
      ))}
      <optgroup label={t("merchants")}>
        {places.merchants.map((merchant) => (
          <option key={merchant.id} value={`tenant\n${merchant.id}`}>
            {merchant.name}
          </option>
        ))}
      </optgroup>
    </>
  );
}

/** Stops and undoes: one person, a reason, and how far it reaches. */
export function EmergencyDialog({ isOpen, places: first, mayAll, onClose }: EmergencyDialogProps) {
  const t = useTranslations("safety.emergency");
  const client = useQueryClient();
  const tell = useTell();
  const key = useRef(newKey());
  const id = useId();
  const { places, search } = usePlaces(first);
  const [choice, setChoice] = useState(mayAll ? "global" : `tenant\n${places.merchants[0]?.id ?? ""}`);
  const pull = async (reason: string) => {
    await postJson("/api/ops/emergency-rollback", { scope: scopeOf(choice), reason }, key.current);
    key.current = newKey();
    tell(t("done"));
    await Promise.all(["switches", "safety"].map((read) => client.invalidateQueries({ queryKey: [read] })));
  };
  return (
    <DangerDialog
      isOpen={isOpen}
      title={t("title")}
      impact={
        <div className="grid gap-3">
          <p>{t("impact")}</p>
          {search}
          <div className="grid gap-1">
            <label htmlFor={id} className="text-sm font-medium">
              {t("scope")}
            </label>
            <select
              id={id}
              value={choice}
              onChange={({ target }) => {
                setChoice(target.value);
                key.current = newKey();
              }}
              className="min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base"
            >
              <ScopeOptions places={places} mayAll={mayAll} />
            </select>
          </div>
        </div>
      }
      reasons={[t("reasons.orders"), t("reasons.spreading")]}
      confirmLabel={t("confirm")}
      onConfirm={pull}
      onClose={onClose}
    />
  );
}
