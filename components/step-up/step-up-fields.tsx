"use client";

import { Fingerprint } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { CodeInput, Field } from "./field";
import type { FactorChoice } from "./use-shown-factor";

/** How somebody shows that it is them: by a passkey where they have one, else by a code; who has both may choose. */
export function StepUpFields({ choice }: { readonly choice: FactorChoice }) {
  const t = useTranslations("stepUp");
  const { offered, by } = choice;
  if (offered === null)
    return (
      <p role="status" className="min-h-11 text-sm text-muted">
        {t("looking")}
      </p>
    );
  if (offered.length === 0)
    return (
      <p role="alert" className="rounded-md bg-danger-wash px-3 py-2 text-sm">
        {t("none")}{" "}
        <Link href="/account" className="text-accent underline">
          {t("setUp")}
        </Link>
      </p>
    );
  return (
    <div className="grid gap-2">
      {offered.length > 1 ? <Choice choice={choice} offered={offered} /> : null}
      {by === "passkey" ? (
        <p className="flex items-start gap-2 rounded-md bg-accent-wash px-3 py-2 text-sm">
          <Fingerprint aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
          {t("passkeyHint")}
        </p>
      ) : (
        <Field label={t("code")} hint={t("codeHint")}>
          {(props) => <CodeInput {...props} value={choice.code} onChange={choice.type} />}
        </Field>
      )}
    </div>
  );
}

function Choice({ choice, offered }: { readonly choice: FactorChoice; readonly offered: NonNullable<FactorChoice["offered"]> }) {
  const t = useTranslations("stepUp");
  const name = useId();
  return (
    <fieldset>
      <legend className="text-sm font-medium">{t("legend")}</legend>
      <div className="flex flex-wrap gap-x-5">
        {offered.map((each) => (
          <label key={each} className="flex min-h-11 items-center gap-2.5 sm:min-h-9">
            <input
              type="radio"
              name={name}
              className="size-5 accent-accent sm:size-4"
              checked={choice.by === each}
              onChange={() => choice.choose(each)}
            />
            {t(`by.${each}`)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
