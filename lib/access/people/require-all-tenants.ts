import { refuse } from "@/lib/kernel/refusal";
import type { Actor } from "../types";

/** @throws Refusal forbidden for somebody who acts for some tenants only, where a change concerns them all */
export function requireAllTenants(actor: Actor, what: string): void {
  if (actor.tenants.kind === "all") return;
  refuse("forbidden", `${what} concern every tenant: needs tenants ["*"]`, { code: "ERR_ALL_TENANTS_NEEDED" });
}
