"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { CHOSEN_EVENTS, eventKey } from "../deliveries/delivery-items";
import { FIELD } from "../step-up/field";
import { Problem } from "../step-up/problem";
import { Button } from "../ui/button";
import { useTell } from "../ui/toaster";
import type { NoticesItem } from "./items";
import { useOrder } from "./use-order";

/** How somebody wants to be told: in which language, of what by e-mail, and when not to be woken. */
export function NoticesForm({ notices }: { notices: NoticesItem }) {
  const t = useTranslations("notices");
  const tell = useTell();
  const order = useOrder();
  const [form, setForm] = useState(notices);
  const zone = form.time_zone ?? "";
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const { language, email_events, critical_wakes, quiet_from, quiet_to } = form;
    const body = {
      language,
      email_events: form.is_own ? email_events : null,
      time_zone: zone === "" ? null : zone,
      quiet_from: quiet_from || null,
      quiet_to: quiet_to || null,
      critical_wakes,
    };
    const saved = await order.send<NoticesItem>({ method: "PUT", url: "/api/ops/account/notices", body }, null);
    if (!saved) return;
    setForm(saved);
    tell(t("saved"));
  };
  return (
    <form className="grid gap-4 p-4" onSubmit={(event) => void send(event)}>
      {form.has_mail ? null : <p className="text-sm text-muted">{t("noMail")}</p>}
      <Events form={form} onChange={setForm} />
      <Quiet form={form} onChange={setForm} />
      {order.problem ? <Problem {...order.problem} /> : null}
      <div className="flex justify-end">
        <Button type="submit" look="primary" disabled={order.isSending}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}

interface PartProps {
  readonly form: NoticesItem;
  onChange(form: NoticesItem): void;
}

function Events({ form, onChange }: PartProps) {
  const t = useTranslations("notices");
  const events = useTranslations("deliveries.events");
  const id = useId();
  const { language, is_own, email_events, suggested_events } = form;
  const toggle = (event: string) => {
    const chosen = email_events.includes(event) ? email_events.filter((one) => one !== event) : [...email_events, event];
    onChange({ ...form, is_own: true, email_events: chosen });
  };
  return (
    <>
      <div className="grid gap-1 sm:w-80">
        <label htmlFor={`${id}-language`} className="text-sm font-medium">
          {t("language")}
        </label>
        <select
          id={`${id}-language`}
          className={FIELD}
          value={language ?? ""}
          onChange={({ target }) => onChange({ ...form, language: target.value === "" ? null : (target.value as "en" | "fr") })}
        >
          <option value="">{t("anyLanguage")}</option>
          <option value="en">English</option>
          <option value="fr">Français</option>
        </select>
      </div>
      <fieldset className="grid gap-1">
        <legend className="mb-1 text-sm font-medium">{t("events")}</legend>
        <div className="grid gap-x-4 sm:grid-cols-2 lg:grid-cols-3">
          {CHOSEN_EVENTS.map((event) => (
            <label key={event} className="flex min-h-11 items-center gap-2.5 sm:min-h-8">
              <input
                type="checkbox"
                className="size-5 accent-accent sm:size-4"
                checked={email_events.includes(event)}
                onChange={() => toggle(event)}
              />
              {events(eventKey(event))}
            </label>
          ))}
        </div>
        {is_own ? (
          <Button className="justify-self-start" onClick={() => onChange({ ...form, is_own: false, email_events: suggested_events })}>
            {t("suggested")}
          </Button>
        ) : (
          <p className="text-sm text-muted">{t("isSuggested")}</p>
        )}
      </fieldset>
    </>
  );
}

function Quiet({ form, onChange }: PartProps) {
  const t = useTranslations("notices");
  const id = useId();
  const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone;
  const setTime = (name: "quiet_from" | "quiet_to", value: string) =>
    onChange({ ...form, [name]: value === "" ? null : value, time_zone: form.time_zone ?? here() });
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 text-sm font-medium">{t("quiet")}</legend>
      <p className="text-sm text-muted">{t("quietText")}</p>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-[9rem_9rem_16rem]">
        {(["quiet_from", "quiet_to"] as const).map((name) => (
          <div key={name} className="grid gap-1">
            <label htmlFor={`${id}-${name}`} className="text-sm font-medium">
              {t(name === "quiet_from" ? "from" : "to")}
            </label>
            <input
              id={`${id}-${name}`}
              type="time"
              className={FIELD}
              value={form[name] ?? ""}
              onChange={({ target }) => setTime(name, target.value)}
            />
          </div>
        ))}
        <div className="col-span-2 grid gap-1 sm:col-span-1">
          <label htmlFor={`${id}-zone`} className="text-sm font-medium">
            {t("zone")}
          </label>
          <input
            id={`${id}-zone`}
            className={FIELD}
            value={form.time_zone ?? ""}
            maxLength={64}
            placeholder="Africa/Dakar"
            onChange={({ target }) => onChange({ ...form, time_zone: target.value === "" ? null : target.value })}
          />
        </div>
      </div>
      <label className="flex min-h-11 items-center gap-2.5 sm:min-h-8">
        <input
          type="checkbox"
          className="size-5 accent-accent sm:size-4"
          checked={form.critical_wakes}
          onChange={() => onChange({ ...form, critical_wakes: !form.critical_wakes })}
        />
        {t("critical")}
      </label>
    </fieldset>
  );
}
