"use client";

import { useFormatter, useMessages, useTranslations } from "next-intl";

type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** The figures that a check's verdict rests on. */
export function StepFacts({ facts }: { facts: Facts }) {
  const t = useTranslations("runbooks");
  const format = useFormatter();
  const known = useMessages().runbooks as {
    readonly fact: Readonly<Record<string, string>>;
    readonly why: Readonly<Record<string, string>>;
  };
  const textOf = (name: string, value: Facts[string]) => {
    if (value === null) return "–";
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (typeof value === "number") return format.number(value, { maximumFractionDigits: 2 });
    return name === "why" ? (known.why[value] ?? value) : value;
  };
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5">
      {Object.entries(facts).map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{known.fact[name] ?? name.replaceAll("_", " ")}</dt>
          <dd className="min-w-0 break-words tabular-nums">{textOf(name, value)}</dd>
        </div>
      ))}
    </dl>
  );
}
