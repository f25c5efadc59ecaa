"use client";

import { TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { Button } from "../ui/button";
import { safeTarget } from "./safe-target";

const FIELD = "h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:text-base";

type Failure = "wrong" | "unreachable";

/** @returns null when signed in */
async function signInBy(form: FormData): Promise<Failure | null> {
  try {
    const { signIn } = await import("next-auth/react");
    const answer = await signIn("credentials", { email: form.get("email"), password: form.get("password"), redirect: false });
    if (answer?.ok && !answer.error) return null;
    return answer?.status === 401 ? "wrong" : "unreachable";
  } catch {
    return "unreachable";
  }
}

/** E-mail address and password. Which of the two was wrong stays unsaid. */
export function SignInForm({ next }: { next: string | null }) {
  const t = useTranslations("signin");
  const id = useId();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isSending, setIsSending] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setIsSending(true);
    setFailure(null);
    const failed = await signInBy(form);
    // A full load, so that nothing of whoever was signed in before stays in memory.
    if (failed === null) window.location.assign(safeTarget(next));
    else {
      setFailure(failed);
      setIsSending(false);
    }
  };
  return (
    <form
      method="post"
      onSubmit={(event) => void submit(event)}
      className="grid gap-4"
      aria-describedby={failure ? `${id}-failure` : undefined}
    >
      {failure ? (
        <div id={`${id}-failure`} role="alert" className="flex gap-2 rounded-md bg-danger-wash px-3 py-2.5 text-sm">
          <TriangleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
          <p>{t(failure)}</p>
        </div>
      ) : null}
      <div className="grid gap-1">
        <label htmlFor={`${id}-email`} className="text-sm font-medium">
          {t("email")}
        </label>
        <input id={`${id}-email`} name="email" type="email" autoComplete="username" required maxLength={320} className={FIELD} />
      </div>
      <div className="grid gap-1">
        <label htmlFor={`${id}-password`} className="text-sm font-medium">
          {t("password")}
        </label>
        <input
          id={`${id}-password`}
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={1024}
          className={FIELD}
        />
      </div>
      <Button type="submit" look="primary" disabled={isSending} className="w-full">
        {isSending ? t("signingIn") : t("signIn")}
      </Button>
    </form>
  );
}
