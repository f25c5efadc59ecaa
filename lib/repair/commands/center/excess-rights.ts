import { eq, isNull } from "drizzle-orm";
import { people } from "@/db/schema/people";
import { tenants } from "@/db/schema/tenants";
import { ROLES } from "@/lib/access/types";
import { canonicalJson, type Json } from "@/lib/kernel/canonical-json";
import type { CenterJob } from "./center-job";

type Rights = { roles: string[]; tenants: string[] };
const asText = (rights: Readonly<Record<string, unknown>> | null) => canonicalJson(rights as Json);

/**
 * Rights that nobody should have: those of people who are disabled, in tenants that are gone or never were, and roles that do not exist.
 * What it leaves is always a part of what was there.
 */
export const excessRights: CenterJob = {
  async plan(tx, isLocked) {
    const rows = tx.select({ id: people.id, roles: people.roles, tenants: people.tenants, isDisabled: people.isDisabled }).from(people);
    const found = await (isLocked ? rows.for("update") : rows);
    const here = new Set((await tx.select({ id: tenants.id }).from(tenants).where(isNull(tenants.goneAt))).map(({ id }) => id));
    return found.flatMap((person) => {
      const roles = person.isDisabled ? [] : person.roles.filter((role) => (ROLES as readonly string[]).includes(role));
      const within = person.isDisabled ? [] : person.tenants.filter((id) => id === "*" || here.has(id));
      if (roles.length === person.roles.length && within.length === person.tenants.length) return [];
      const before: Rights = { roles: person.roles, tenants: person.tenants };
      return [{ table: "people", key: { id: person.id }, before, after: { roles, tenants: within } }];
    });
  },

  async read(tx, key) {
    const [row] = await tx
      .select({ roles: people.roles, tenants: people.tenants })
      .from(people)
      .where(eq(people.id, String(key.id)));
    return row ?? null;
  },

  async move(tx, { key, from, to, since }, now) {
    const [row] = await tx
      .select()
      .from(people)
      .where(eq(people.id, String(key.id)))
      .for("update");
    const current = row ? { roles: row.roles, tenants: row.tenants } : null;
    if (asText(current) === asText(to)) return true;
    if (asText(current) !== asText(from) || to === null) return false;
    // Back they grow: whoever was disabled or changed in any way since keeps what they have.
    if (since !== null && row && row.updatedAt > since) return false;
    const { roles, tenants: within } = to as unknown as Rights;
    await tx
      .update(people)
      .set({ roles, tenants: within, updatedAt: now })
      .where(eq(people.id, String(key.id)));
    return true;
  },
};
