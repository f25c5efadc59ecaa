/** What the first administrator of an installation holds: enough to let everybody else in. */
export const FIRST_ADMIN_ROLES = ["operator", "approver", "security_admin", "auditor"] as const;
