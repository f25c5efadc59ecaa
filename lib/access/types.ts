export const ROLES = ["viewer", "operator", "approver", "security_admin", "auditor", "tenant_admin", "pay_admin"] as const;
export type Role = (typeof ROLES)[number];

/** Why code may look across all tenants; each use is audited by this name. */
export type ScopePurpose = "login" | "scan" | "seal" | "export" | "operate" | "deliver";

/** The tenants an actor may touch: a set, or all of them for a stated purpose. */
export type TenantScope =
  | { readonly kind: "set"; readonly ids: readonly string[] }
  | { readonly kind: "all"; readonly purpose: ScopePurpose };

/** Whoever acts: a person, a plugin's agent, a module of the platform, or a part of Center itself. */
export interface Actor {
  readonly kind: "person" | "plugin" | "module" | "system";
  /** Written to the audit: `person:<email>`, `plugin:<id>`, `module:<key>`, `system:<part>`. */
  readonly id: string;
  readonly email: string | null;
  readonly roles: readonly Role[];
  readonly tenants: TenantScope;
  /** What a bearer token says about how its person signed in; none for a browser's session, which proves itself by codes. */
  readonly proof?: { readonly authTime: Date | null; readonly amr: readonly string[] };
  /** The browser's session, where one speaks for the person. */
  readonly sessionId?: string;
  /** False where nobody but a tenant's own administrator says whose address this is: then it is no second pair of eyes. */
  readonly isVouchedFor?: boolean;
  /** Whose view the person looks at in support mode: roles, tenants and e-mail address are then that view's, and nothing can be changed. */
  readonly supporting?: Supporting;
}

/** Support mode of one browser session, as it stands now. */
export interface Supporting {
  readonly id: string;
  /** Who really acts, with their own rights: used to leave, and for nothing else. */
  readonly self: Actor;
  readonly target: { readonly kind: "person" | "tenant"; readonly id: string; readonly name: string };
  /** `person:<email>` or `tenant:<id>`: written beside the actor in every audit entry. */
  readonly onBehalfOf: string;
  readonly endsAt: Date;
  /** Why it is over before anybody left: its time ran out, or one of the two may no longer. Nothing is shown from then on. */
  readonly over: "time" | "rights" | null;
}

/** What a command asks of its actor. `agent`, `module` and `system` are never held by a person. */
export type Permission =
  | "incident:read"
  | "incident:write"
  | "plan:approve"
  | "policy:write"
  | "switch:safer"
  | "switch:looser"
  | "calendar:write"
  | "plugin:write"
  | "tenant:write"
  | "people:write"
  | "key:vouch"
  | "release:write"
  | "trust:write"
  | "rule:write"
  | "audit:read"
  | "webhook:write"
  | "session:open"
  | "support:enter"
  | "agent"
  | "module"
  | "system";
