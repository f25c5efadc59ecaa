"use client";

import { FileKey2, KeyRound, PackageCheck, ShieldOff } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { RequestDiff } from "../safety/request-diff";
import { whoName } from "../safety/switch-name";
import { Button } from "../ui/button";
import { RelativeTime } from "../ui/relative-time";
import type { ApprovalPowers, WaitingItem } from "./items";
import { useOwnDigest } from "./own-digest";
import { PlanView } from "./plan-view";
import { TrustDiff } from "./trust-diff";

const ICONS = { plan: PackageCheck, trust: FileKey2, key: KeyRound, switch: ShieldOff } as const;

interface WaitingRowProps {
  readonly item: WaitingItem;
  readonly powers: ApprovalPowers;
  onAgree(): void;
  onRefuse(): void;
}

const isSame = (a: string | null, b: string | null) => a !== null && b !== null && a.toLowerCase() === b.toLowerCase();

/** Why the reader cannot agree to this themselves: a key of the messages, or null when they can. */
function hindrance(
  item: WaitingItem,
  powers: ApprovalPowers,
): "own" | "release" | "given" | "approver" | "securityAdmin" | "signer" | "unproven" | null {
  const { email } = powers;
  if (item.kind !== "trust" && isSame(whoName(item.requested_by), email)) return "own";
  switch (item.kind) {
    case "plan":
      if (item.release_author !== null && isSame(whoName(item.release_author), email)) return "release";
      if (item.given_by.some(({ approver }) => isSame(approver, email))) return "given";
      return powers.mayApprove ? null : "approver";
    case "trust":
      if (item.signatures.some(({ approver }) => isSame(approver, email))) return "given";
      if (!powers.mayApprove) return "approver";
      return item.signers.some(({ approver }) => isSame(approver, email)) ? null : "signer";
    case "key":
      return powers.mayVouch ? null : "securityAdmin";
    case "switch":
      if (!powers.mayLoosen) return "securityAdmin";
      return item.requester_proof === "waiting" ? "unproven" : null;
  }
}

function PlanBody({ plan }: { readonly plan: Extract<WaitingItem, { kind: "plan" }> }) {
  return <PlanView plan={plan} isSame={useOwnDigest(plan.bytes, plan.digest)} />;
}

function Body({ item }: { readonly item: WaitingItem }): ReactNode {
  const t = useTranslations("approvals");
  switch (item.kind) {
    case "plan":
      return <PlanBody plan={item} />;
    case "trust":
      return <TrustDiff trust={item} />;
    case "switch":
      return <RequestDiff request={item} />;
    case "key":
      return (
        <dl className="grid gap-x-3 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
          <dt className="text-muted">{t("fingerprint")}</dt>
          <dd className="font-mono text-xs break-all">{item.keyid}</dd>
          <dt className="text-muted">{t("madeIn")}</dt>
          <dd>{t(`made.${item.made_in}`)}</dd>
        </dl>
      );
  }
}

/** One thing that waits: what it is, who asked, what is missing, until when, and the two answers. */
export function WaitingRow({ item, powers, onAgree, onRefuse }: WaitingRowProps) {
  const t = useTranslations("approvals");
  const Icon = ICONS[item.kind];
  const why = hindrance(item, powers);
  const { given, required } = item.approvals;
  return (
    <li className="grid gap-2 px-4 py-3">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h3 className="flex items-center gap-2 font-semibold">
          <Icon aria-hidden="true" className="size-4 shrink-0" />
          {item.kind === "switch" ? t(`asks.${item.document.do}`) : t(`kind.${item.kind}`)}
        </h3>
        <p className="text-sm font-medium">{t("missing", { given, required })}</p>
        <p className="text-sm text-muted">
          {t("askedBy", { who: whoName(item.requested_by) })} · <RelativeTime at={item.created_at} />
          {item.expires_at === null ? null : (
            <>
              {" "}
              · {t("until")} <RelativeTime at={item.expires_at} />
            </>
          )}
        </p>
      </div>
      {"reason" in item ? <p className="text-sm break-words">{item.reason}</p> : null}
      <Body item={item} />
      {item.kind === "plan" && item.given_by.length > 0 ? (
        <p className="text-sm text-muted">{t("givenBy", { who: item.given_by.map(({ approver }) => approver).join(", ") })}</p>
      ) : null}
      {why ? <p className="text-sm text-muted">{t(`hindrance.${why}`)}</p> : null}
      <div className="flex flex-wrap gap-2">
        <Button look="primary" disabled={why !== null} onClick={onAgree}>
          {t(`agree.${item.kind}`)}
        </Button>
        <Button disabled={item.kind === "plan" ? !powers.mayApprove : !powers.mayRefuse} onClick={onRefuse}>
          {t("refuse")}
        </Button>
      </div>
    </li>
  );
}
