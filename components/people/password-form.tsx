"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { fetchJson } from "../live/fetch-json";
import { Button } from "../ui/button";
import { FIELD, OrderProblem } from "./order-form";

/** Somebody chooses another password by the one they have; it ends every session, this one included. */
export function PasswordForm({ email }: { email: string }) {
  const t = useTranslations("account");
  const link = useTranslations("link");
  const id = useId();
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setIsSending] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsSending(true);
    setProblem(null);
    try {
      const body = JSON.stringify({ current: form.get("current"), password: form.get("password") });
      await fetchJson("/api/ops/account/password", { method: "PUT", body, headers: { "content-type": "application/json" } });
      window.location.assign("/signin");
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setIsSending(false);
    }
  };
  return (
    <form className="grid max-w-md gap-3 p-4" onSubmit={(event) => void submit(event)}>
      <p className="text-sm text-muted">{t("passwordText")}</p>
      <input type="email" name="email" autoComplete="username" defaultValue={email} hidden readOnly />
      <div className="grid gap-1">
        <label htmlFor={`${id}-current`} className="text-sm font-medium">
          {t("current")}
        </label>
        <input
          id={`${id}-current`}
          name="current"
          type="password"
          autoComplete="current-password"
          required
          maxLength={1024}
          className={FIELD}
        />
      </div>
      <div className="grid gap-1">
        <label htmlFor={`${id}-new`} className="text-sm font-medium">
          {link("password")}
        </label>
        <input
          id={`${id}-new`}
          name="password"
          type="password"
          autoComplete="new-password"
          required
          minLength={12}
          maxLength={1024}
          aria-describedby={`${id}-hint`}
          className={FIELD}
        />
        <p id={`${id}-hint`} className="text-sm text-muted">
          {link("passwordHint")}
        </p>
      </div>
      {problem ? <OrderProblem text={problem} /> : null}
      <Button type="submit" look="primary" disabled={isSending} className="justify-self-start">
        {isSending ? link("sending") : t("change")}
      </Button>
    </form>
  );
}
