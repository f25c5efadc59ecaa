"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { postJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { Labelled } from "../../ui/labelled";
import { useTell } from "../../ui/toaster";
import { SCAN_KINDS, type ScanKind } from "./items";

interface LookNowProps {
  /** What is being looked at because somebody asked; null where nobody did. */
  readonly asked: ScanKind | null;
  onAsked(): void;
}

/** Looks at once instead of waiting for the next scan of that kind: for whoever has just mended something, or doubts. */
export function LookNow({ asked, onAsked }: LookNowProps) {
  const t = useTranslations("scanner");
  const tell = useTell();
  const [kind, setKind] = useState<ScanKind>("realtime");
  const [isSending, setIsSending] = useState(false);
  const isLooking = isSending || asked !== null;
  const look = async () => {
    setIsSending(true);
    try {
      await postJson("/api/ops/scanner/run", { kind }, newKey());
      tell(t("lookAsked"));
    } catch (error) {
      tell(t("lookRefused", { detail: error instanceof Error ? error.message : String(error) }), { isProblem: true });
    } finally {
      setIsSending(false);
      onAsked();
    }
  };
  return (
    <form
      className="screen-only flex flex-wrap items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isLooking) void look();
      }}
    >
      <Labelled label={t("lookFor")} className="w-44">
        <select
          value={kind}
          onChange={({ target }) => setKind(SCAN_KINDS.find((one) => one === target.value) ?? "realtime")}
          className="h-11 w-full rounded-md border border-control bg-panel px-2.5 text-lg sm:h-9 sm:text-base"
        >
          {SCAN_KINDS.map((one) => (
            <option key={one} value={one}>
              {t(`scanKinds.${one}`)}
            </option>
          ))}
        </select>
      </Labelled>
      <Button type="submit" disabled={isLooking}>
        {t(isLooking ? "lookLooking" : "look")}
      </Button>
    </form>
  );
}
