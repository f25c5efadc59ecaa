import { boolean, doublePrecision, foreignKey, index, integer, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytea, instant, tenantId } from "./columns";

/** A merchant or customer: the unit of isolation. */
export const tenants = pgTable("tenants", {
  id: uuid("id").primaryKey(),
  slug: text("slug").notNull().unique(),
  name: text("name").notNull(),
  locale: text("locale").notNull().default("en"),
  createdAt: instant("created_at").notNull(),
  isDisabled: boolean("is_disabled").notNull().default(false),
  /** Who asked last that it be offboarded, and when: a second person has to agree within hours. */
  leavingAskedBy: text("leaving_asked_by"),
  leavingAskedAt: instant("leaving_asked_at"),
  /** Since when it leaves: nothing is healed or sent any more, and after some days everything is erased. */
  leavingAt: instant("leaving_at"),
  /** Since when nothing of it is here but this row and what the audit log says. */
  goneAt: instant("gone_at"),
});

/** A tenant's data keys, sealed by the master key; secrets of the tenant are sealed by the newest. */
export const tenantKeys = pgTable(
  "tenant_keys",
  {
    tenantId: tenantId().references(() => tenants.id),
    version: integer("version").notNull(),
    sealed: bytea("sealed").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Since when nothing that it sealed opens any more; `sealed` is empty then. */
    destroyedAt: instant("destroyed_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.version] })],
);

/** One installation of a plugin at one tenant. */
export const plugins = pgTable(
  "plugins",
  {
    tenantId: tenantId().references(() => tenants.id),
    id: uuid("id").notNull(),
    pluginKey: text("plugin_key").notNull(),
    version: text("version").notNull(),
    channel: text("channel").notNull().default("stable"),
    probeUrl: text("probe_url"),
    /** Payments a day, in the tenant's own currency: weighs the blast radius. */
    paymentVolume: doublePrecision("payment_volume").notNull().default(0),
    status: text("status", { enum: ["active", "revoked"] })
      .notNull()
      .default("active"),
    lastGoodVersion: text("last_good_version"),
    /** SHA-256 of the public key (SPKI) of the client certificate that it must show, in hex; null where it needs none. */
    clientSpki: text("client_spki"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("plugins_by_id").on(table.id),
    index("plugins_by_change").on(table.updatedAt),
  ],
);

/** Webhook secrets of a plugin, sealed; several are valid while one rotates. */
export const pluginSecrets = pgTable(
  "plugin_secrets",
  {
    tenantId: tenantId(),
    pluginId: uuid("plugin_id").notNull(),
    version: integer("version").notNull(),
    keyVersion: integer("key_version").notNull(),
    sealed: bytea("sealed").notNull(),
    createdAt: instant("created_at").notNull(),
    validUntil: instant("valid_until"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.pluginId, table.version] }),
    foreignKey({ columns: [table.tenantId, table.pluginId], foreignColumns: [plugins.tenantId, plugins.id] }),
  ],
);

/** A part of the platform, as one tenant has it. */
export const modules = pgTable(
  "modules",
  {
    tenantId: tenantId().references(() => tenants.id),
    id: uuid("id").notNull(),
    moduleKey: text("module_key").notNull(),
    status: text("status", { enum: ["active", "revoked"] })
      .notNull()
      .default("active"),
    /** Whether the tenant may use it; the free core may always be used, whatever stands here. */
    isEntitled: boolean("is_entitled").notNull().default(false),
    entitledAt: instant("entitled_at"),
    /** `degraded`: what is not critical is off. */
    mode: text("mode", { enum: ["normal", "degraded", "off"] })
      .notNull()
      .default("normal"),
    modeReason: text("mode_reason"),
    modeSince: instant("mode_since"),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique().on(table.tenantId, table.moduleKey),
    index("modules_by_key").on(table.moduleKey),
  ],
);
