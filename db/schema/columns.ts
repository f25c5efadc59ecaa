import { customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** Raw bytes. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => "bytea" });

/** A 64-bit transaction id, as text in code. */
export const xid8 = customType<{ data: string; driverData: string }>({ dataType: () => "xid8" });

/** An instant in UTC with milliseconds. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/** The tenant a row belongs to: leads every key of its table. */
export const tenantId = () => uuid("tenant_id").notNull();
