"use client";

import { Minus } from "lucide-react";
import { useTranslations } from "next-intl";
import type { PermitItem } from "@/lib/policy/permit/permit-item";
import type { PermitKind } from "@/lib/policy/types";
import { Card } from "../../ui/card";
import { GateLine } from "./gate-line";

const KIND_LOOKS: Readonly<Record<PermitKind, string>> = {
  auto: "live-data border-transparent bg-ok text-on-ok",
  approval: "border-control bg-accent-wash text-ink",
  suggest: "border-severity-line bg-medium text-severity-ink",
  deny: "border-transparent bg-critical text-on-critical",
};

/** Policy's verdict over the proposal: every gate, what stopped it first and why. */
export function PermitCard({ permit }: { permit: PermitItem | null }) {
  const t = useTranslations("permit");
  if (!permit) {
    return (
      <Card labelId="permit" title={t("title")}>
        <p className="flex items-center gap-2 px-4 py-3 text-muted">
          <Minus aria-hidden="true" className="size-4" /> {t("none")}
        </p>
      </Card>
    );
  }
  const blocked = permit.gates.filter(({ passed }) => !passed);
  const passed = permit.gates.filter((gate) => gate.passed);
  const chip = (
    <span className={`inline-flex h-6 items-center rounded border px-2 text-xs font-semibold ${KIND_LOOKS[permit.kind]}`}>
      {t(`kind.${permit.kind}`)}
    </span>
  );
  return (
    <Card labelId="permit" title={t("title")} aside={chip}>
      <div className="grid gap-3 p-4">
        <p className="text-sm text-muted">
          {t("level", { level: permit.level })}{" "}
          {permit.required_signatures > 0 ? t("signatures", { count: permit.required_signatures }) : null}
        </p>
        {blocked.length > 0 ? (
          <div className="grid gap-2">
            <h3 className="text-sm font-semibold">{t("whyNot")}</h3>
            <ul className="grid gap-2">
              {blocked.map((gate) => (
                <GateLine key={gate.gate} gate={gate} />
              ))}
            </ul>
          </div>
        ) : null}
        <details>
          <summary className="text-sm font-medium text-accent">{t("passedGates", { count: passed.length })}</summary>
          <ul className="mt-2 grid gap-x-6 gap-y-1.5 lg:grid-cols-2">
            {passed.map((gate) => (
              <GateLine key={gate.gate} gate={gate} />
            ))}
          </ul>
        </details>
      </div>
    </Card>
  );
}
