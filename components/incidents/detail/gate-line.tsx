"use client";

import { Check, X } from "lucide-react";
import { useTranslations } from "next-intl";
import type { Gate } from "@/lib/policy/types";
import { GATES } from "./gate-names";

/** One gate of policy: whether it was passed, why, and what it allows at most where it was not. */
export function GateLine({ gate }: { gate: Gate }) {
  const t = useTranslations("gate");
  const permits = useTranslations("permit");
  const known = GATES.find((name) => name === gate.gate);
  return (
    <li className="flex items-start gap-2 text-sm">
      {gate.passed ? (
        <Check aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-on-ok" />
      ) : (
        <X aria-hidden="true" className="mt-0.5 size-4 shrink-0 text-danger" />
      )}
      <span className="min-w-0 break-words">
        <span className="font-medium">{known ? t(known) : gate.gate}</span>{" "}
        <span className="sr-only">{gate.passed ? permits("passed") : permits("blocked")}</span>
        <span lang="en" className="text-muted">
          {gate.why}
        </span>
        {gate.passed ? null : <span className="block text-danger">{permits("atMost", { kind: permits(`kind.${gate.ceiling}`) })}</span>}
      </span>
    </li>
  );
}
