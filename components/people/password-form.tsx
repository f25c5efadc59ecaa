"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { fetchJson } from "../live/fetch-json";
import { FIELD } from "../step-up/field";
import { Problem } from "../step-up/problem";
import { Button } from "../ui/button";

/** Somebody chooses another password by the one they have; it ends every session, this one included. */
export function PasswordForm({ email }: { email: string }) {
  const t = useTranslations("account");
  const link = useTranslations("link");
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
      <PasswordField label={t("current")} name="current" autoComplete="current-password" />
      <PasswordField label={link("password")} name="password" autoComplete="new-password" hint={link("passwordHint")} />
      {problem ? <Problem text={problem} isServers /> : null}
      <Button type="submit" look="primary" disabled={isSending} className="justify-self-start">
        {isSending ? link("sending") : t("change")}
      </Button>
    </form>
  );
}

interface PasswordFieldProps {
  readonly label: string;
  readonly name: string;
  readonly autoComplete: "current-password" | "new-password";
  /** What a new one has to be. */
  readonly hint?: string;
}

function PasswordField({ label, name, autoComplete, hint }: PasswordFieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type="password"
        autoComplete={autoComplete}
        required
        minLength={hint ? 12 : undefined}
        maxLength={1024}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className={FIELD}
      />
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
