import type { Actor, Permission, Role } from "@/lib/access/types";

/** Every person with a role may hold a session. */
const READ = ["session:open", "incident:read"] as const;
const OPERATE = [
  "incident:write",
  "plugin:write",
  "tenant:write",
  "release:write",
  "rule:write",
  "webhook:write",
  "switch:safer",
  "support:enter",
  "calendar:write",
] as const;
const APPROVE = ["plan:approve", "policy:write", "switch:safer", "calendar:write"] as const;

/** What each role may do within its tenants (protocol.md, People). Nothing is implied that does not stand here. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  viewer: READ,
  operator: [...READ, ...OPERATE],
  approver: [...READ, ...APPROVE],
  security_admin: [
    ...READ,
    "people:write",
    "plugin:write",
    "policy:write",
    "switch:safer",
    "switch:looser",
    "calendar:write",
    "key:vouch",
    "trust:write",
    "support:enter",
  ],
  auditor: ["session:open", "audit:read"],
  tenant_admin: [...READ, "people:write", "plugin:write", "webhook:write", "calendar:write"],
  pay_admin: [...READ, ...OPERATE, ...APPROVE],
};

/** Four eyes and loosening a switch are matters of people; no part of Center ever does them by itself. */
const PEOPLE_ONLY: ReadonlySet<Permission> = new Set(["plan:approve", "switch:looser", "key:vouch", "support:enter"]);

/** Whether an actor may do something at all; whether within these tenants is the database's question. */
export function may(actor: Pick<Actor, "kind" | "roles">, permission: Permission): boolean {
  switch (actor.kind) {
    case "plugin":
      return permission === "agent";
    case "module":
      return permission === "module";
    case "system":
      return permission !== "agent" && permission !== "module" && !PEOPLE_ONLY.has(permission);
    case "person":
      return actor.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission));
  }
}

/** Everything that somebody of these roles may do. */
export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => ROLE_PERMISSIONS[role]));
}

/** The role that a 403 names: the plainest one that would do. */
const NAMED_ROLE: Readonly<Record<Permission, Role | "plugin" | "module" | "system">> = {
  "session:open": "viewer",
  "incident:read": "viewer",
  "incident:write": "operator",
  "plan:approve": "approver",
  "policy:write": "approver",
  "switch:safer": "operator",
  "switch:looser": "security_admin",
  "calendar:write": "operator",
  "plugin:write": "operator",
  "tenant:write": "operator",
  "people:write": "security_admin",
  "key:vouch": "security_admin",
  "release:write": "operator",
  "trust:write": "security_admin",
  "rule:write": "operator",
  "audit:read": "auditor",
  "webhook:write": "operator",
  "support:enter": "operator",
  agent: "plugin",
  module: "module",
  system: "system",
};

/** Names what a refused actor lacks, as in "needs role approver". */
export function missingRole(permission: Permission): Role | "plugin" | "module" | "system" {
  return NAMED_ROLE[permission];
}
