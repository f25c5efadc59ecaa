"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { fetchJson } from "../../live/fetch-json";
import { newKey } from "../../live/new-key";
import { Button } from "../../ui/button";
import { Labelled } from "../../ui/labelled";
import { useTell } from "../../ui/toaster";
import { SCAN_KINDS, type ScanKind } from "./items";

interface Looked {
  readonly findings: number;
  readonly duration_ms: number;
}

/** Looks at once instead of waiting for the next scan of that kind: for whoever has just mended something, or doubts. */
export function LookNow({ onLooked }: { onLooked(): void }) {
  const t = useTranslations("scanner");
  const tell = useTell();
  const [kind, setKind] = useState<ScanKind>("realtime");
  const [isLooking, setIsLooking] = useState(false);
  const look = async () => {
    setIsLooking(true);
    try {
      const headers = { "content-type": "application/json", "idempotency-key": newKey() };
      const scan = await fetchJson<Looked>("/api/ops/scanner/run", { method: "POST", body: JSON.stringify({ kind }), headers });
      tell(t("looked", { kind: t(`scanKinds.${kind}`), found: scan.findings, ms: scan.duration_ms }));
    } catch (error) {
      tell(t("lookRefused", { detail: error instanceof Error ? error.message : String(error) }), { isProblem: true });
    } finally {
      setIsLooking(false);
      onLooked();
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
