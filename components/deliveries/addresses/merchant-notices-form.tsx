"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { useOrder } from "../../people/use-order";
import { FIELD } from "../../step-up/field";
import { Problem } from "../../step-up/problem";
import { Button } from "../../ui/button";
import { Card } from "../../ui/card";
import { useTell } from "../../ui/toaster";
import type { MerchantNotices } from "./address-items";
import { EventChoice } from "./event-choice";

/** What a merchant's people are told of by e-mail unless they say otherwise themselves, and in which language. */
export function MerchantNoticesForm({ notices, hasMail }: { notices: MerchantNotices; hasMail: boolean }) {
  const t = useTranslations("addresses");
  const tell = useTell();
  const id = useId();
  const order = useOrder();
  const [form, setForm] = useState(notices);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const { language, email_events } = form;
    const body = { language, email_events };
    if (await order.send({ method: "PUT", url: `/api/ops/tenants/${notices.id}/notices`, body }, null)) tell(t("saved"));
  };
  return (
    <Card labelId="merchant-notices" title={t("byMail")}>
      <form className="grid gap-4 p-4" onSubmit={(event) => void send(event)}>
        <p className="text-sm text-muted">{t(hasMail ? "byMailText" : "noMail")}</p>
        <div className="grid gap-1 sm:w-80">
          <label htmlFor={id} className="text-sm font-medium">
            {t("language")}
          </label>
          <select id={id} className={FIELD} value={form.language} onChange={({ target }) => setForm({ ...form, language: target.value })}>
            <option value="en">English</option>
            <option value="fr">Français</option>
          </select>
        </div>
        <EventChoice legend={t("told")} chosen={form.email_events} onChange={(email_events) => setForm({ ...form, email_events })} />
        {order.problem ? <Problem {...order.problem} /> : null}
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={order.isSending}>
            {t("save")}
          </Button>
        </div>
      </form>
    </Card>
  );
}
