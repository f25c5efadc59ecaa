import { Check, X } from "lucide-react";
import { useTranslations } from "next-intl";

interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly ms: number;
  readonly detail: string;
}

const KNOWN = ["verify", "apply", "smoke", "rollback", "digest", "reapply"] as const;

function isStep(value: unknown): value is Step {
  if (typeof value !== "object" || value === null) return false;
  const step = value as Partial<Record<keyof Step, unknown>>;
  return typeof step.name === "string" && typeof step.ok === "boolean" && typeof step.ms === "number" && typeof step.detail === "string";
}

/** What the rehearsal in the sandbox found, step by step: undo was proven before anything went out. */
export function StagingSteps({ report }: { report: Readonly<Record<string, unknown>> }) {
  const t = useTranslations("staging");
  const steps = Array.isArray(report.steps) ? report.steps.filter(isStep) : [];
  const nameOf = (name: string) => {
    const known = KNOWN.find((candidate) => candidate === name);
    return known ? t(`steps.${known}`) : name;
  };
  return (
    <div>
      <h4 className="text-sm font-semibold">
        {t("title")} <span className="font-normal text-muted">{report.passed === true ? t("passed") : t("failed")}</span>
      </h4>
      <ol className="mt-1.5 grid gap-1 text-sm">
        {steps.map(({ name, ok, ms, detail }) => (
          <li key={name} className="flex items-start gap-2">
            {ok ? (
              <Check aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-on-ok" />
            ) : (
              <X aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
            )}
            <span className="min-w-0 break-words">
              <span className="font-medium">{nameOf(name)}</span> <span className="sr-only">{ok ? t("stepOk") : t("stepFailed")}</span>
              <span className="text-muted">
                {Math.round(ms)} ms · <span lang="en">{detail}</span>
              </span>
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
