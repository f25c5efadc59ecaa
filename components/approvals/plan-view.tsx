"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { PlanDocument } from "@/lib/delivery/types";
import { AbsoluteTime } from "../ui/relative-time";
import type { WaitingPlan } from "./items";
import { fromBase64 } from "./keys/bytes";
import { OwnDigest } from "./own-digest";

/** The plan as its own bytes say it: not as somebody else summed it up. */
function planIn(bytes: string): PlanDocument {
  return JSON.parse(new TextDecoder().decode(fromBase64(bytes))) as PlanDocument;
}

function Line({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}

/** Exactly what is agreed to: what changes, where, by which bytes, until when, and the digest of all that. */
export function PlanView({ plan, isSame }: { readonly plan: WaitingPlan; readonly isSame: boolean | null }) {
  const t = useTranslations("approvals.plan");
  const document = planIn(plan.bytes);
  return (
    <dl className="grid gap-x-3 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
      <Line name={t("what")}>
        <span className="font-medium">{t(`type.${document.type}`)}</span> <span className="font-mono">{document.plugin_key}</span> ·{" "}
        {plan.tenant_name}
      </Line>
      <Line name={t("version")}>
        <del className="font-mono text-danger">{document.from_version ?? "–"}</del> <span aria-hidden="true">→</span>{" "}
        <ins className="font-mono no-underline">{document.to_version ?? document.from_version ?? "–"}</ins>
      </Line>
      <Line name={t("plugins", { count: document.plugin_ids.length })}>
        <span className="font-mono text-xs break-all">{document.plugin_ids.join(", ")}</span>
      </Line>
      <Line name={t("artifact")}>
        {document.artifact_sha256 === null ? (
          t("noArtifact")
        ) : (
          <span className="font-mono text-xs break-all">
            sha256 {document.artifact_sha256}
            {plan.artifact_bytes === null ? null : ` · ${t("bytes", { count: plan.artifact_bytes })}`}
          </span>
        )}
      </Line>
      <Line name={t("boundTo")}>{t("policy", { version: document.policy_version })}</Line>
      <Line name={t("expires")}>
        <AbsoluteTime at={document.expires_at} />
      </Line>
      <Line name={t("digest")}>
        <OwnDigest digest={plan.digest} isSame={isSame} />
      </Line>
    </dl>
  );
}
