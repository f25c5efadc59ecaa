"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useId, useState } from "react";
import { fetchJson, ProblemError } from "../live/fetch-json";
import { Button, buttonClass } from "../ui/button";

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:text-base";
const ADDRESS = "/api/auth/link";

interface Known {
  readonly kind: "first_admin" | "invite" | "reset";
  readonly email: string | null;
}
type State = { readonly is: "reading" | "gone" | "done" } | { readonly is: "ready"; readonly known: Known; readonly token: string };

const asJson = (method: string, body: unknown) => ({ method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });

/** Whoever holds a one-time link chooses the password that it is for; the first administrator also says who they are. */
export function LinkForm() {
  const t = useTranslations("link");
  const [state, setState] = useState<State>({ is: "reading" });
  useEffect(() => {
    const token = window.location.hash.slice(1);
    fetchJson<Known>(ADDRESS, asJson("POST", { token })).then(
      (known) => setState({ is: "ready", known, token }),
      () => setState({ is: "gone" }),
    );
  }, []);
  const isFirst = state.is === "ready" && state.known.kind === "first_admin";
  return (
    <>
      <h1 className="text-xl font-semibold">{t(state.is === "gone" ? "goneTitle" : isFirst ? "firstTitle" : "title")}</h1>
      {state.is === "reading" ? <p role="status">{t("reading")}</p> : null}
      {state.is === "gone" ? <p className="text-muted">{t("goneText")}</p> : null}
      {state.is === "done" ? (
        <>
          <p role="status">{t("done")}</p>
          <a href="/signin" className={buttonClass("primary")}>
            {t("signIn")}
          </a>
        </>
      ) : null}
      {state.is === "ready" ? (
        <Choose known={state.known} token={state.token} onDone={() => setState({ is: "done" })} onGone={() => setState({ is: "gone" })} />
      ) : null}
    </>
  );
}

interface ChooseProps {
  readonly known: Known;
  readonly token: string;
  onDone(): void;
  onGone(): void;
}

function Choose({ known, token, onDone, onGone }: ChooseProps) {
  const t = useTranslations("link");
  const id = useId();
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setIsSending] = useState(false);
  const isFirst = known.kind === "first_admin";
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [password, again] = [form.get("password"), form.get("again")];
    if (password !== again) return setProblem(t("differ"));
    setIsSending(true);
    setProblem(null);
    try {
      await fetchJson(
        ADDRESS,
        asJson("PUT", { token, password, ...(isFirst ? { email: form.get("email"), name: form.get("name") } : {}) }),
      );
      onDone();
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) return onGone();
      setProblem(error instanceof Error ? error.message : String(error));
      setIsSending(false);
    }
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)} aria-describedby={`${id}-lead`}>
      <p id={`${id}-lead`} className="text-muted">
        {t("lead")}
      </p>
      {isFirst ? (
        <>
          <Field label={t("email")} name="email" type="email" autoComplete="username" />
          <Field label={t("name")} name="name" type="text" autoComplete="name" />
        </>
      ) : (
        <p className="font-medium break-all">{t("for", { email: known.email ?? "" })}</p>
      )}
      <Field label={t("password")} name="password" type="password" autoComplete="new-password" hint={t("passwordHint")} />
      <Field label={t("again")} name="again" type="password" autoComplete="new-password" />
      {problem ? (
        <p role="alert" className="rounded-md bg-danger-wash px-3 py-2.5 text-sm">
          {problem}
        </p>
      ) : null}
      <Button type="submit" look="primary" disabled={isSending} className="w-full">
        {isSending ? t("sending") : t("choose")}
      </Button>
    </form>
  );
}

interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly type: "email" | "text" | "password";
  readonly autoComplete: string;
  readonly hint?: string;
}

function Field({ label, name, type, autoComplete, hint }: FieldProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        autoComplete={autoComplete}
        required
        minLength={type === "password" ? 12 : undefined}
        maxLength={type === "text" ? 200 : 320}
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
