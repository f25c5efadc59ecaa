"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { FIELD } from "../step-up/field";
import type { ShownFactor } from "../step-up/items";
import { Dialog } from "../ui/dialog";
import { useTell } from "../ui/toaster";
import type { PersonItem } from "./items";
import { OrderForm } from "./order-form";
import { useOrder } from "./use-order";

interface EraseDialogProps {
  readonly person: PersonItem;
  onDone(): void;
  onClose(): void;
}

/** Everything personal about somebody goes for good: the first person asks, the second agrees, both type whom. */
export function EraseDialog({ person, onDone, onClose }: EraseDialogProps) {
  const t = useTranslations("people");
  const tell = useTell();
  const order = useOrder();
  const id = useId();
  const [typed, setTyped] = useState("");
  const isAsked = person.erase_asked_by !== null;
  const isTyped = typed.trim().toLowerCase() === person.email;
  const send = async (reason: string, shown: ShownFactor | null) => {
    const body = { email: typed.trim(), reason };
    const answer = await order.send<{ status: string }>({ method: "POST", url: `/api/ops/people/${person.id}/erase`, body }, shown);
    if (!answer) return;
    tell(t(answer.status === "erased" ? "erased" : "eraseAsked"));
    onDone();
    onClose();
  };
  return (
    <Dialog isOpen title={t("eraseTitle", { name: person.name })} onClose={onClose}>
      <OrderForm
        order={order}
        confirmLabel={t(isAsked ? "eraseAgree" : "eraseAsk")}
        look="danger"
        reasons={[t("reasons.asked"), t("reasons.leaves")]}
        factorText={t("eraseFactor")}
        isBlocked={!isTyped}
        onSend={(reason, shown) => void send(reason, shown)}
        onClose={onClose}
      >
        <p className="text-sm">{t("eraseText")}</p>
        {isAsked ? <p className="text-sm break-words">{t("eraseAskedBy", { who: person.erase_asked_by ?? "" })}</p> : null}
        <div className="grid gap-1">
          <label htmlFor={id} className="text-sm font-medium break-words">
            {t("eraseTyped", { email: person.email })}
          </label>
          <input
            id={id}
            className={FIELD}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            required
            onChange={({ target }) => setTyped(target.value)}
          />
        </div>
      </OrderForm>
    </Dialog>
  );
}
