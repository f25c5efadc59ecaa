"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { FIELD } from "../step-up/field";
import type { ShownFactor } from "../step-up/items";
import { Problem } from "../step-up/problem";
import { StepUpFields } from "../step-up/step-up-fields";
import { useShownFactor } from "../step-up/use-shown-factor";
import { Button, type ButtonLook } from "../ui/button";
import type { useOrder } from "./use-order";

const REASON_MIN = 10;
const REASON_MAX = 500;

interface OrderFormProps {
  readonly order: ReturnType<typeof useOrder>;
  readonly confirmLabel: string;
  readonly look?: ButtonLook;
  readonly reasons: readonly string[];
  /** Why a second factor is asked for, where it is not for giving rights. */
  readonly factorText?: string;
  /** What is ordered is not complete yet. */
  readonly isBlocked?: boolean;
  /** What is ordered, before its reason. */
  readonly children?: ReactNode;
  onSend(reason: string, shown: ShownFactor | null): void;
  onClose(): void;
}

/** A change of somebody's rights: its fields, a reason, and a second factor where the server asks for one. */
export function OrderForm({
  order,
  confirmLabel,
  look = "primary",
  reasons,
  factorText,
  isBlocked = false,
  children,
  onSend,
  onClose,
}: OrderFormProps) {
  const danger = useTranslations("danger");
  const people = useTranslations("people");
  const id = useId();
  const [reason, setReason] = useState("");
  const choice = useShownFactor(order.needsStepUp);
  const isReady = !isBlocked && reason.trim().length >= REASON_MIN && (!order.needsStepUp || choice.shown !== null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !order.isSending) onSend(reason.trim(), order.needsStepUp ? choice.shown : null);
  };
  return (
    <form className="grid gap-3 p-4" onSubmit={submit}>
      {children}
      <div className="grid gap-1">
        <label htmlFor={`${id}-reason`} className="text-sm font-medium">
          {danger("reason")}
        </label>
        <input
          id={`${id}-reason`}
          className={FIELD}
          list={`${id}-reasons`}
          value={reason}
          maxLength={REASON_MAX}
          required
          aria-describedby={`${id}-hint`}
          onChange={({ target }) => setReason(target.value)}
        />
        <datalist id={`${id}-reasons`}>
          {reasons.map((text) => (
            <option key={text} value={text} />
          ))}
        </datalist>
        <p id={`${id}-hint`} className="text-sm text-muted">
          {danger("reasonHint", { least: REASON_MIN, count: reason.trim().length })}
        </p>
      </div>
      {order.needsStepUp ? <ShownFactorFields text={factorText ?? people("factorNeeded")} choice={choice} /> : null}
      {order.problem ? <Problem {...order.problem} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{danger("cancel")}</Button>
        <Button type="submit" look={look} disabled={!isReady || order.isSending}>
          {order.isSending ? danger("sending") : confirmLabel}
        </Button>
      </div>
    </form>
  );
}

function ShownFactorFields({ text, choice }: { text: string; choice: ReturnType<typeof useShownFactor> }) {
  return (
    <>
      <p className="rounded-md bg-accent-wash px-3 py-2 text-sm" role="status">
        {text}
      </p>
      <StepUpFields choice={choice} />
    </>
  );
}
