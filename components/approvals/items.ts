import type { Loosening } from "@/lib/approvals/types";
import type { PlanDocument } from "@/lib/delivery/types";
import type { Severity } from "@/lib/kernel/severity";
import type { RequestItem } from "../safety/items";

interface Waiting {
  readonly id: string;
  readonly digest: string;
  readonly requested_by: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly approvals: { readonly required: number; readonly given: number };
}

/** A plan that waits for people. */
export interface WaitingPlan extends Waiting {
  readonly kind: "plan";
  readonly tenant_name: string;
  readonly plugin_key: string;
  readonly severity: Severity;
  /** Exactly what is agreed to, base64. */
  readonly bytes: string;
  readonly document: PlanDocument;
  readonly artifact_bytes: number | null;
  readonly release_author: string | null;
  readonly needs_signature: boolean;
  readonly expires_at: string;
  readonly given_by: readonly { readonly approver: string; readonly at: string; readonly signed: boolean }[];
}

export interface TrustedKey {
  readonly keyid: string;
  readonly public_key: string;
  readonly approver: string;
}

/** A proposed trust document. */
export interface WaitingTrust extends Waiting {
  readonly kind: "trust";
  readonly version: number;
  readonly bytes: string;
  readonly document: { readonly version: number; readonly threshold: number; readonly approver_keys: readonly TrustedKey[] };
  readonly before: { readonly threshold: number; readonly approver_keys: readonly TrustedKey[] } | null;
  readonly signers: readonly { readonly keyid: string; readonly approver: string }[];
  readonly signatures: readonly { readonly approver: string }[];
  readonly reason: string;
}

/** A key that nobody has vouched for. */
export interface WaitingKey extends Waiting {
  readonly kind: "key";
  readonly keyid: string;
  readonly approver: string;
  readonly made_in: "browser" | "command_line";
}

/** A wish to turn a switch off. */
export interface WaitingSwitch extends Waiting, Pick<RequestItem, "reason" | "requester_proof" | "tenant_name"> {
  readonly kind: "switch";
  readonly document: Loosening;
  readonly expires_at: string;
}

export type WaitingItem = WaitingPlan | WaitingTrust | WaitingKey | WaitingSwitch;

/** GET /api/ops/approvals. */
export interface Inbox {
  readonly items: readonly WaitingItem[];
  readonly trust: { readonly version: number; readonly threshold: number; readonly approver_keys: readonly TrustedKey[] } | null;
}

/** What the reader may do about what waits; the server asks again. */
export interface ApprovalPowers {
  readonly email: string | null;
  readonly mayApprove: boolean;
  readonly mayVouch: boolean;
  readonly mayLoosen: boolean;
  readonly mayRefuse: boolean;
}

/** An approver's key, as GET /api/ops/approvals/keys shows it. */
export interface ApproverKeyItem {
  readonly id: string;
  readonly keyid: string;
  readonly approver: string;
  readonly made_in: "browser" | "command_line";
  readonly status: "enrolled" | "vouched" | "active" | "revoked";
  readonly enrolled_at: string;
}
