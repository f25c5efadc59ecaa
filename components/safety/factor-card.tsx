"use client";

import { ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { fetchJson, postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { useTell } from "../ui/toaster";
import { CodeInput } from "./guarded-dialog";

interface FactorCardProps {
  readonly isEnrolled: boolean;
  onEnrolled(): void;
}

/** The reader's own second factor: there, or to be set up with an authenticator app. */
export function FactorCard({ isEnrolled, onEnrolled }: FactorCardProps) {
  const t = useTranslations("safety.factor");
  const [made, setMade] = useState<{ secret: string; uri: string } | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const begin = async () => {
    setProblem(null);
    try {
      setMade(await postJson<{ secret: string; uri: string }>("/api/ops/step-up/factor", {}, newKey()));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Card labelId="factor" title={t("title")}>
      <div className="grid gap-3 p-4">
        {isEnrolled ? (
          <p className="flex items-center gap-2 text-sm">
            <ShieldCheck aria-hidden="true" className="size-4 shrink-0 text-on-ok" />
            {t("enrolled")}
          </p>
        ) : (
          <p className="text-sm text-muted">{t("lead")}</p>
        )}
        {!isEnrolled && !made ? (
          <Button className="justify-self-start" onClick={() => void begin()}>
            {t("begin")}
          </Button>
        ) : null}
        {!isEnrolled && made ? <Confirm made={made} onProblem={setProblem} onEnrolled={onEnrolled} /> : null}
        {problem ? (
          <p role="alert" lang="en" className="rounded-md bg-danger-wash px-3 py-2 text-sm">
            {problem}
          </p>
        ) : null}
      </div>
    </Card>
  );
}

interface ConfirmProps {
  readonly made: { readonly secret: string; readonly uri: string };
  onProblem(problem: string | null): void;
  onEnrolled(): void;
}

function Confirm({ made, onProblem, onEnrolled }: ConfirmProps) {
  const t = useTranslations("safety.factor");
  const tell = useTell();
  const [codes, setCodes] = useState<readonly [string, string]>(["", ""]);
  const ids = [useId(), useId()] as const;
  const confirm = async () => {
    onProblem(null);
    try {
      const body = JSON.stringify({ codes });
      await fetchJson("/api/ops/step-up/factor", { method: "PUT", body, headers: { "content-type": "application/json" } });
      tell(t("done"));
      onEnrolled();
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm();
      }}
    >
      <p className="text-sm">{t("secretText")}</p>
      <code className="font-mono text-sm break-all">{made.secret.match(/.{1,4}/g)?.join(" ")}</code>
      <a href={made.uri} className="inline-flex min-h-11 items-center justify-self-start text-sm text-accent hover:underline sm:min-h-7">
        {t("openApp")}
      </a>
      <div className="flex flex-wrap gap-3">
        {([0, 1] as const).map((index) => (
          <div key={index} className="grid gap-1">
            <label htmlFor={ids[index]} className="text-sm font-medium">
              {index === 0 ? t("first") : t("second")}
            </label>
            <CodeInput
              id={ids[index]}
              value={codes[index]}
              onChange={(code) => setCodes(index === 0 ? [code, codes[1]] : [codes[0], code])}
            />
          </div>
        ))}
      </div>
      <Button type="submit" look="primary" className="justify-self-start">
        {t("confirm")}
      </Button>
    </form>
  );
}
