import type { Role } from "@/lib/access/types";
import type { Belongings } from "./belongings";

/** How an endpoint is called about somebody's things. */
export interface Call {
  readonly params?: Readonly<Record<string, string | string[]>>;
  readonly search?: string;
  readonly body?: unknown;
}

/** One line of the role x endpoint table, for endpoints that people call. */
export interface Row {
  /** Who may, by role; `anybody` also without proving who they are; `no person`, whatever their roles. */
  readonly may: readonly Role[] | "anybody" | "no person";
  readonly call: (whose: Belongings) => Call | Promise<Call>;
  /** What is answered to those who may, acting for all tenants. */
  readonly status: number;
  /** What is answered to somebody of all roles within the tenant that it is about; as `status` unless said otherwise. */
  readonly within?: number;
  /** What is answered to somebody of all roles in another tenant. */
  readonly beyond: number;
}

/** Everybody who may look, which is not the auditor's trade. */
export const READERS = ["viewer", "operator", "approver", "security_admin", "tenant_admin", "pay_admin"] as const;
export const OPERATORS = ["operator", "pay_admin"] as const;
export const APPROVERS = ["approver", "pay_admin"] as const;
export const PLUGIN_KEEPERS = ["operator", "security_admin", "tenant_admin", "pay_admin"] as const;
export const RECEIVER_KEEPERS = ["operator", "tenant_admin", "pay_admin"] as const;
export const PEOPLE_KEEPERS = ["security_admin", "tenant_admin"] as const;
export const SAFER = ["operator", "approver", "security_admin", "pay_admin"] as const;
export const CALENDAR_KEEPERS = [...SAFER, "tenant_admin"] as const;
export const EVERYBODY = [...READERS, "auditor"] as const;

/** A list: others' things are not in it, which is no refusal. */
export const list = (may: Row["may"] = READERS, search = ""): Row => ({ may, call: () => ({ search }), status: 200, beyond: 200 });

/** One thing by its id. */
export const one = (thing: keyof Belongings, search = ""): Row => ({
  may: READERS,
  call: (whose) => ({ params: { id: whose[thing] }, search }),
  status: 200,
  beyond: 404,
});
