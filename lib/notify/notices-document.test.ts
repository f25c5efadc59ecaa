import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MERCHANT_EVENTS, suggestedEvents } from "./choices/default-events";
import { NOTIFICATION_EVENTS } from "./types";

const rows = [...readFileSync("docs/notices.md", "utf8").matchAll(/^\| `([a-z_.-]+)` +\|.*\| ([^|]+) \|$/gm)];

test("every event that people can choose stands in the document, once", () => {
  expect(rows.map(([, name]) => name)).toEqual([...NOTIFICATION_EVENTS]);
});

test.each(rows.map(([, name = "", who = ""]) => [name, who.trim()] as const))("%s is mailed to %s", (name, who) => {
  const roles = (["operator", "approver", "security_admin", "auditor"] as const).filter((role) =>
    suggestedEvents({ roles: [role], tenants: ["*"] }, null).some((event) => event === name),
  );
  const merchant = MERCHANT_EVENTS.some((event) => event === name) ? ["merchant"] : [];
  expect(who).toBe([...merchant, ...roles.map((role) => role.replace("_", " "))].join(", ") || "nobody");
});
