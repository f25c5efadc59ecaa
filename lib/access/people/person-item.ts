import type { people } from "@/db/schema/people";

/** A person as the ops API shows it. */
export function personItem(row: typeof people.$inferSelect) {
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
    erase_asked_by: row.erasedAt === null ? row.eraseAskedBy : null,
    /** Nothing personal is left of this record. */
    erased: row.erasedAt !== null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
