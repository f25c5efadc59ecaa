"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { FIELD } from "../../step-up/field";
import type { ShownFactor } from "../../step-up/items";
import { Dialog } from "../../ui/dialog";
import { OrderForm } from "../order-form";
import { useOrder } from "../use-order";
import { tellOtherTabs } from "./other-tabs";

const MINUTES = [10, 20, 30] as const;

interface SupportDialogProps {
  readonly target: { readonly personId: string } | { readonly tenantId: string };
  readonly name: string;
  onClose(): void;
}

/** Entering somebody's view: what it shows, for how long, and why. The whole browser begins anew with it. */
export function SupportDialog({ target, name, onClose }: SupportDialogProps) {
  const t = useTranslations("support");
  const id = useId();
  const order = useOrder();
  const [minutes, setMinutes] = useState<number>(MINUTES[2]);
  const send = async (reason: string, shown: ShownFactor | null) => {
    const whose = "personId" in target ? { person_id: target.personId } : { tenant_id: target.tenantId };
    const entered = await order.send<{ id: string }>(
      { method: "POST", url: "/api/ops/support", body: { ...whose, reason, minutes } },
      shown,
    );
    if (!entered) return;
    tellOtherTabs();
    window.location.assign("/");
  };
  return (
    <Dialog isOpen title={t("title", { name })} onClose={onClose}>
      <OrderForm
        order={order}
        confirmLabel={t("confirm")}
        reasons={[t("reasons.asked"), t("reasons.cannotSee")]}
        onSend={(reason, shown) => void send(reason, shown)}
        onClose={onClose}
      >
        <p className="text-sm">{t("lead", { name, minutes: MINUTES[2] })}</p>
        <div className="grid gap-1">
          <label htmlFor={`${id}-minutes`} className="text-sm font-medium">
            {t("minutes")}
          </label>
          <select
            id={`${id}-minutes`}
            className={FIELD}
            value={minutes}
            onChange={({ currentTarget }) => setMinutes(Number(currentTarget.value))}
          >
            {MINUTES.map((count) => (
              <option key={count} value={count}>
                {t("minutesOf", { count })}
              </option>
            ))}
          </select>
        </div>
      </OrderForm>
    </Dialog>
  );
}
