/** A person as the API shows them. */
export interface PersonItem {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly tenants: readonly string[];
  readonly disabled: boolean;
  readonly verified_by_provider: boolean;
  /** Who asked that everything personal be erased, while a second person may agree. */
  readonly erase_asked_by: string | null;
  readonly erased: boolean;
}

/** A place that somebody may be let into. */
export interface TenantName {
  readonly id: string;
  readonly name: string;
}

/** A session that still counts. */
export interface SessionItem {
  readonly id: string;
  readonly method: "password" | "oidc";
  readonly agent: string;
  readonly started_at: string;
  readonly seen_at: string;
  readonly ends_at: string;
  readonly is_current: boolean;
}

/** A one-time link, shown this once, or sent to its person's mailbox. */
export type ShownLink = { readonly url: string; readonly expires_at: string } | { readonly sent_to: string; readonly expires_at: string };

/** How somebody is told of things (GET /api/ops/account/notices). */
export interface NoticesItem {
  readonly known: boolean;
  readonly has_mail: boolean;
  /** False where their rights decide what they hear of. */
  readonly is_own: boolean;
  readonly language: "en" | "fr" | null;
  readonly email_events: readonly string[];
  readonly suggested_events: readonly string[];
  readonly time_zone: string | null;
  readonly quiet_from: string | null;
  readonly quiet_to: string | null;
  readonly critical_wakes: boolean;
}

export const ROLE_NAMES = ["viewer", "operator", "approver", "pay_admin", "tenant_admin", "security_admin", "auditor"] as const;

/** What can be done about a person from their row. */
export type Deed = "rights" | "link" | "sessions" | "disable" | "support" | "erase";
