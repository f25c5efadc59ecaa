"use client";

import { TriangleAlert } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { CodeInput } from "../safety/guarded-dialog";
import { Button, type ButtonLook } from "../ui/button";
import type { useOrder } from "./use-order";

export const FIELD = "min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base";
const REASON_MIN = 10;
const REASON_MAX = 500;

interface OrderFormProps {
  readonly order: ReturnType<typeof useOrder>;
  readonly confirmLabel: string;
  readonly look?: ButtonLook;
  readonly reasons: readonly string[];
  /** What is ordered, before its reason. */
  readonly children?: ReactNode;
  onSend(reason: string, code: string): void;
  onClose(): void;
}

/** Why the server said no, in its own words. */
export function OrderProblem({ text }: { text: string }) {
  const t = useTranslations("danger");
  return (
    <div role="alert" className="flex gap-2 rounded-md bg-danger-wash px-3 py-2 text-sm">
      <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
      <p className="min-w-0 break-words">
        {t("refused")} <span lang="en">{text}</span>
      </p>
    </div>
  );
}

/** A change of somebody's rights: its fields, a reason, and a code where the server asks for one. */
export function OrderForm({ order, confirmLabel, look = "primary", reasons, children, onSend, onClose }: OrderFormProps) {
  const danger = useTranslations("danger");
  const id = useId();
  const [reason, setReason] = useState("");
  const [code, setCode] = useState("");
  const isReady = reason.trim().length >= REASON_MIN && (!order.needsCode || /^\d{6}$/.test(code.replace(/\s/g, "")));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && !order.isSending) onSend(reason.trim(), code);
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
      {order.needsCode ? <CodeField value={code} onChange={setCode} /> : null}
      {order.problem ? <OrderProblem text={order.problem} /> : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{danger("cancel")}</Button>
        <Button type="submit" look={look} disabled={!isReady || order.isSending}>
          {order.isSending ? danger("sending") : confirmLabel}
        </Button>
      </div>
    </form>
  );
}

/** Asks for the second factor, and says why. */
function CodeField({ value, onChange }: { value: string; onChange(code: string): void }) {
  const t = useTranslations("people");
  const id = useId();
  return (
    <div className="grid gap-1">
      <p className="rounded-md bg-accent-wash px-3 py-2 text-sm" role="status">
        {t("codeNeeded")}
      </p>
      <label htmlFor={id} className="text-sm font-medium">
        {t("code")}
      </label>
      <CodeInput id={id} aria-describedby={`${id}-hint`} value={value} onChange={onChange} />
      <p id={`${id}-hint`} className="text-sm text-muted">
        {t("codeHint")}{" "}
        <Link href="/account" className="text-accent underline">
          {t("noFactor")}
        </Link>
      </p>
    </div>
  );
}
