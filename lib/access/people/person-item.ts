import type { people } from "@/db/schema/people";
import { LIMITS } from "@/lib/platform/limits";

type PersonRow = typeof people.$inferSelect;

/** Whether somebody asked to erase this person and another one may still agree. */
export function isEraseAsked({ erasedAt, eraseAskedAt }: Pick<PersonRow, "erasedAt" | "eraseAskedAt">, now: Date): boolean {
  return erasedAt === null && eraseAskedAt !== null && now.getTime() - eraseAskedAt.getTime() < LIMITS.looseningLifeSeconds * 1_000;
}

/** A person as the ops API shows it. */
export function personItem(row: PersonRow, now: Date) {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    roles: row.roles,
    tenants: row.tenants,
    disabled: row.isDisabled,
    binds_everywhere: row.bindsEverywhere,
    /** Whether the identity provider has shown who the address belongs to. */
    verified_by_provider: row.idpSubject !== null,
    erase_asked_by: isEraseAsked(row, now) ? row.eraseAskedBy : null,
    /** Nothing personal is left of this record. */
    erased: row.erasedAt !== null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
