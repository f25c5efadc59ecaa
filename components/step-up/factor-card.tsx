"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { fetchJson, postJson } from "../live/fetch-json";
import { newKey } from "../live/new-key";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { useTell } from "../ui/toaster";
import { CodeInput } from "./field";
import { type FactorsItem, hasFactor } from "./items";
import { Problem, type Trouble, useTroubleOf } from "./problem";
import { StepUpDialog } from "./step-up-dialog";
import { FACTORS_READ } from "./use-factors";
import { wantedDigest } from "./use-step-up";

interface FactorCardProps {
  readonly factors: FactorsItem;
  /** Whether the reader's passkeys stand beside it; else it says where they are. */
  readonly isAtHome?: boolean;
}

type Made = { readonly secret: string; readonly uri: string };

const begin = () => postJson<Made>("/api/ops/step-up/factor", {}, newKey());

/** The reader's authenticator app: there, or to be set up. Who has a passkey already shows it first. */
export function FactorCard({ factors, isAtHome = false }: FactorCardProps) {
  const t = useTranslations("safety.factor");
  const client = useQueryClient();
  const troubleOf = useTroubleOf();
  const [made, setMade] = useState<Made | null>(null);
  const [isAsked, setIsAsked] = useState(false);
  const [problem, setProblem] = useState<Trouble | null>(null);
  const isEnrolled = factors.enrolled;
  const start = async () => {
    setProblem(null);
    if (hasFactor(factors)) setIsAsked(true);
    else
      await begin().then(setMade, (error: unknown) => {
        // A factor that was added elsewhere meanwhile is shown first.
        if (wantedDigest(error) !== null) setIsAsked(true);
        else setProblem(troubleOf(error));
      });
  };
  const onEnrolled = () => client.invalidateQueries({ queryKey: [FACTORS_READ] });
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
        {isEnrolled || made ? null : (
          <Button className="justify-self-start" onClick={() => void start()}>
            {t("begin")}
          </Button>
        )}
        {!isEnrolled && made ? <Confirm made={made} onProblem={setProblem} onEnrolled={onEnrolled} /> : null}
        {problem ? <Problem {...problem} /> : null}
        {isAtHome ? null : (
          <Link href="/account" className="inline-flex min-h-11 items-center justify-self-start text-sm text-accent underline sm:min-h-7">
            {t("passkeys")}
          </Link>
        )}
      </div>
      {isAsked ? (
        <StepUpDialog
          title={t("begin")}
          impact={<p className="text-sm">{t("showFirst")}</p>}
          look="primary"
          confirmLabel={t("begin")}
          perform={async ({ show }) => {
            await show(factors.replacement_digest);
            setMade(await begin());
          }}
          onClose={() => setIsAsked(false)}
        />
      ) : null}
    </Card>
  );
}

interface ConfirmProps {
  readonly made: Made;
  onProblem(problem: Trouble | null): void;
  onEnrolled(): Promise<void>;
}

function Confirm({ made, onProblem, onEnrolled }: ConfirmProps) {
  const t = useTranslations("safety.factor");
  const tell = useTell();
  const troubleOf = useTroubleOf();
  const [codes, setCodes] = useState<readonly [string, string]>(["", ""]);
  const ids = [useId(), useId()] as const;
  const confirm = async () => {
    onProblem(null);
    try {
      const body = JSON.stringify({ codes });
      await fetchJson("/api/ops/step-up/factor", { method: "PUT", body, headers: { "content-type": "application/json" } });
      tell(t("done"));
      await onEnrolled();
    } catch (error) {
      onProblem(troubleOf(error));
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
