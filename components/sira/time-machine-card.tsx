"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState } from "react";
import { fetchJson } from "../live/fetch-json";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import type { Travelled } from "./items";
import { TravelledList } from "./travelled-list";

const SEVERITIES = ["low", "medium", "high", "critical"] as const;
/** Thousands of decisions are decided anew; the server bounds it. */
const TIMEOUT_MS = 2 * 60_000;

interface TimeMachineCardProps {
  readonly policy: { readonly confidence_threshold: number; readonly severity_threshold: string } | null;
  /** Versions that can be supposed, the one in force first; empty for who sees no models. */
  readonly versions: readonly string[];
}

type Outcome = { readonly found: Travelled } | { readonly failure: string } | null;

/** What the form asks; what was left as it is is not supposed otherwise. */
function questionOf(form: FormData) {
  const text = (name: string) => String(form.get(name) ?? "");
  const confidence = text("confidence");
  const severity = text("severity");
  const whitelist = text("whitelist");
  const model = text("model");
  const policy = {
    ...(confidence === "" ? {} : { confidence_threshold: Number(confidence) / 100 }),
    ...(severity === "" ? {} : { severity_threshold: severity }),
    ...(whitelist === "" ? {} : { whitelist: whitelist === "all" ? ["*"] : [] }),
  };
  return { days: Number(text("days")), policy, ...(model === "" ? {} : { model_version: model }) };
}

/** What would have been decided under another policy or model, beside what really happened, before anything is changed. */
export function TimeMachineCard({ policy, versions }: TimeMachineCardProps) {
  const t = useTranslations("siraPage");
  const [outcome, setOutcome] = useState<Outcome>(null);
  const [isRunning, setIsRunning] = useState(false);
  const ask = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const question = questionOf(new FormData(event.currentTarget));
    setIsRunning(true);
    try {
      const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(question) };
      setOutcome({ found: await fetchJson<Travelled>("/api/ops/sira/time-machine", init, TIMEOUT_MS) });
    } catch (error) {
      setOutcome({ failure: error instanceof Error ? error.message : String(error) });
    } finally {
      setIsRunning(false);
    }
  };
  return (
    <Card labelId="time-machine" title={t("timeMachine")}>
      <form onSubmit={(event) => void ask(event)} className="grid gap-3 px-4 py-3 sm:grid-cols-2 xl:grid-cols-3">
        <p className="text-sm text-muted sm:col-span-full">{t("timeMachineText")}</p>
        <Fields policy={policy} versions={versions} />
        <div className="flex items-end">
          <Button type="submit" look="primary" disabled={isRunning}>
            {isRunning ? t("travelling") : t("travel")}
          </Button>
        </div>
      </form>
      <div aria-live="polite" aria-busy={isRunning}>
        {outcome === null ? null : "failure" in outcome ? (
          <p role="alert" className="border-t border-hairline px-4 py-3 text-danger">
            {t("travelFailed")} <span lang="en">{outcome.failure}</span>
          </p>
        ) : (
          <TravelledList found={outcome.found} />
        )}
      </div>
    </Card>
  );
}

/** What can be supposed otherwise; the first of each choice leaves it as it was. */
function Fields({ policy, versions }: TimeMachineCardProps) {
  const t = useTranslations("siraPage");
  const severities = useTranslations("severity");
  const asItWas = ["", t("asItWas")] as const;
  return (
    <>
      <Choice
        name="days"
        label={t("lastDays")}
        options={["1", "7", "30", "90"].map((days) => [days, t("days", { count: Number(days) })] as const)}
        value="30"
      />
      <Percent name="confidence" label={t("confidenceFrom")} now={policy ? Math.round(policy.confidence_threshold * 100) : null} />
      <Choice
        name="severity"
        label={t("severityUpTo")}
        options={[asItWas, ...SEVERITIES.map((name) => [name, severities(name)] as const)]}
        value=""
      />
      <Choice name="whitelist" label={t("whitelist")} options={[asItWas, ["all", t("everybody")], ["none", t("nobody")]]} value="" />
      {versions.length > 0 ? (
        <Choice name="model" label={t("model")} options={[asItWas, ...versions.map((version) => [version, version] as const)]} value="" />
      ) : null}
    </>
  );
}

const FIELD = "min-h-11 w-full rounded-md border border-control bg-panel px-3 text-lg sm:min-h-9 sm:text-base";

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [string, string])[];
  readonly value: string;
}

function Choice({ name, label, options, value }: ChoiceProps) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <select id={id} name={name} defaultValue={value} className={FIELD}>
        {options.map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Percent({ name, label, now }: { name: string; label: string; now: number | null }) {
  const id = useId();
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type="number"
        inputMode="numeric"
        min={0}
        max={100}
        placeholder={now === null ? "" : String(now)}
        className={FIELD}
      />
    </div>
  );
}
