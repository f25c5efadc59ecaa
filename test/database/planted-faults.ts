/** A way to break one rule of the catalog, and everything the catalog test must then say. */
export interface PlantedFault {
  readonly rule: string;
  readonly why: string;
  readonly sql: string;
  readonly object: string;
  /** Other rules that the same statement breaks. */
  readonly also?: readonly string[];
}

/** A table that only owes what the test leaves out. */
const UNGUARDED = ["governed", "audited", "audit-required"];
const today =
  "(select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'plugin_heartbeats'::regclass order by 1 limit 1)";
const onPartition = (statement: string) => `do $$ begin execute format('${statement}', ${today}); end $$`;

export const PLANTED_FAULTS: readonly PlantedFault[] = [
  { rule: "rls-enabled", why: "switched off", sql: "alter table plugins disable row level security", object: "plugins" },
  { rule: "rls-enabled", why: "the tenants themselves", sql: "alter table tenants disable row level security", object: "tenants" },
  { rule: "rls-enabled", why: "the audit log too", sql: "alter table audit_entries disable row level security", object: "audit_entries" },
  {
    rule: "rls-enabled",
    why: "a partition by itself",
    sql: onPartition("alter table %I disable row level security"),
    object: "plugin_heartbeats_%",
  },
  {
    rule: "rls-forced",
    why: "a new table that nobody isolated",
    sql: "create table planted (tenant_id uuid primary key); alter table planted enable row level security",
    object: "planted",
    also: UNGUARDED,
  },
  { rule: "rls-forced", why: "taken back", sql: "alter table outbox no force row level security", object: "outbox" },
  {
    rule: "rls-forced",
    why: "a partition by itself",
    sql: onPartition("alter table %I no force row level security"),
    object: "plugin_heartbeats_%",
  },
  {
    rule: "key-led-by-tenant",
    why: "unique over all tenants",
    sql: "create unique index planted on plugins (plugin_key)",
    object: "plugins",
  },
  { rule: "key-led-by-tenant", why: "tenant second", sql: "create unique index planted on modules (id, tenant_id)", object: "modules" },
  {
    rule: "key-led-by-tenant",
    why: "an expression first",
    sql: "create unique index planted on modules (lower(module_key), tenant_id)",
    object: "modules",
  },
  {
    rule: "foreign-key-led-by-tenant",
    why: "to a table without tenants",
    sql: "alter table plugins add column planted uuid references people (id)",
    object: "plugins",
  },
  {
    rule: "foreign-key-led-by-tenant",
    why: "tenant second on both sides",
    sql: "create unique index planted on plugins (id, tenant_id); alter table plugin_state add foreign key (plugin_id, tenant_id) references plugins (id, tenant_id)",
    object: "plugin_state",
    also: ["key-led-by-tenant"],
  },
  { rule: "view-security-invoker", why: "a plain view", sql: "create view planted as select * from plugins", object: "planted" },
  {
    rule: "view-security-invoker",
    why: "in a schema of its own",
    sql: "create schema elsewhere; create view elsewhere.planted as select * from plugins",
    object: "elsewhere.planted",
  },
  {
    rule: "no-materialized-view",
    why: "a copy without policies",
    sql: "create materialized view planted as select * from plugins",
    object: "planted",
  },
  {
    rule: "no-grant-on-partition",
    why: "read past the parent",
    sql: onPartition("grant select on %I to center_reader"),
    object: "plugin_heartbeats_%",
  },
  {
    rule: "no-grant-on-partition",
    why: "of one column",
    sql: onPartition("grant select (telemetry) on %I to center_reader"),
    object: "plugin_heartbeats_%",
  },
  { rule: "plain-roles", why: "BYPASSRLS", sql: "alter role center_reader bypassrls", object: "center_reader" },
  {
    rule: "plain-roles",
    why: "superuser",
    sql: "alter role center_breakglass superuser",
    object: "center_breakglass",
    also: ["creates-nothing"],
  },
  { rule: "plain-roles", why: "may make roles", sql: "alter role center_writer createrole", object: "center_writer" },
  { rule: "no-membership", why: "through another role", sql: "grant center_ingest to center_reader", object: "center_reader" },
  { rule: "no-membership", why: "a role of PostgreSQL's own", sql: "grant pg_read_all_data to center_auditor", object: "center_auditor" },
  {
    rule: "definer-search-path",
    why: "taken back",
    sql: "alter function gateway_open() reset search_path",
    object: "gateway_open()",
    also: ["definer-temporary-last"],
  },
  {
    rule: "definer-search-path",
    why: "public before pg_catalog",
    sql: "alter function gateway_token() set search_path = public, pg_catalog, pg_temp",
    object: "gateway_token()",
  },
  {
    rule: "definer-temporary-last",
    why: "unnamed it is searched first",
    sql: "alter function gateway_token() set search_path = pg_catalog, public",
    object: "gateway_token()",
  },
  {
    rule: "definer-temporary-last",
    why: "named, but before public",
    sql: "alter function gateway_token() set search_path = pg_catalog, pg_temp, public",
    object: "gateway_token()",
  },
  {
    rule: "no-temporary",
    why: "given back to everybody",
    sql: "do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$",
    object: "PUBLIC",
  },
  {
    rule: "no-temporary",
    why: "given to one role",
    sql: "do $$ begin execute format('grant temporary on database %I to center_ingest', current_database()); end $$",
    object: "center_ingest",
  },
  { rule: "definer-not-public", why: "granted", sql: "grant execute on function gateway_open() to public", object: "gateway_open()" },
  {
    rule: "definer-not-public",
    why: "PUBLIC may call whatever nobody took it from",
    sql: "create function planted() returns int language sql security definer set search_path = pg_catalog, public, pg_temp as 'select 1'",
    object: "planted()",
  },
  { rule: "governed", why: "guard dropped", sql: "drop trigger a_guard_governed on people", object: "people" },
  { rule: "governed", why: "guard switched off", sql: "alter table people disable trigger a_guard_governed", object: "people" },
  {
    rule: "governed",
    why: "guard that looks away from updates",
    sql: "drop trigger a_guard_governed on people; create trigger a_guard_governed before insert or delete on people for each row execute function guard_governed_row()",
    object: "people",
  },
  { rule: "audited", why: "break-glass audit dropped", sql: "drop trigger b_audit_direct on ops_policy", object: "ops_policy" },
  { rule: "audit-required", why: "no check at the commit", sql: "drop trigger z_require_audit on outbox", object: "outbox" },
  {
    rule: "audit-required",
    why: "checked before the entry can be there",
    sql: "drop trigger z_require_audit on outbox; create constraint trigger z_require_audit after insert or update or delete on outbox for each row execute function require_audit_entry()",
    object: "outbox",
  },
  {
    rule: "audit-required",
    why: "a new global table that nobody governed",
    sql: "create table planted (id int)",
    object: "planted",
    also: ["governed", "audited"],
  },
  { rule: "no-truncate", why: "no trigger sees it", sql: "grant truncate on outbox to center_writer", object: "outbox" },
  { rule: "append-only", why: "history rewritten", sql: "grant update on incident_events to center_writer", object: "incident_events" },
  {
    rule: "append-only",
    why: "one column of it",
    sql: "grant update (reason) on autopatch_attempt_events to center_writer",
    object: "autopatch_attempt_events",
  },
  { rule: "append-only", why: "beats taken away", sql: "grant delete on plugin_heartbeats to center_ingest", object: "plugin_heartbeats" },
  { rule: "no-grant-to-public", why: "everybody reads", sql: "grant select on plugins to public", object: "plugins" },
  { rule: "write-rights", why: "reader writes", sql: "grant insert on outbox to center_reader", object: "outbox" },
  { rule: "write-rights", why: "ingest leaves telemetry", sql: "grant update on plugins to center_ingest", object: "plugins" },
  { rule: "write-rights", why: "break-glass beyond the runbook", sql: "grant update on people to center_breakglass", object: "people" },
  { rule: "write-rights", why: "audit past its function", sql: "grant insert on audit_entries to center_writer", object: "audit_entries" },
  {
    rule: "secret-unread",
    why: "whoever reads it can forge tokens",
    sql: "grant select on gateway_secret to center_auditor",
    object: "gateway_secret",
  },
  {
    rule: "scoped-policies",
    why: "USING (true)",
    sql: "create policy planted on plugins for select to center_reader using (true)",
    object: "plugins",
  },
  { rule: "scoped-policies", why: "for PUBLIC", sql: "create policy planted on plugins for select using (true)", object: "plugins" },
  {
    rule: "scoped-policies",
    why: "something that is always true",
    sql: "create policy planted on plugins for all to center_writer using (tenant_id is not null)",
    object: "plugins",
  },
  {
    rule: "scoped-policies",
    why: "writes are not checked",
    sql: "alter policy tenant_scope on plugins with check (true)",
    object: "plugins",
  },
  { rule: "owns-nothing", why: "a table", sql: "alter table installation owner to center_writer", object: "center_writer" },
  {
    rule: "owns-nothing",
    why: "a function",
    sql: "create function planted() returns int language sql as 'select 1'; alter function planted() owner to center_ingest",
    object: "center_ingest",
  },
  { rule: "creates-nothing", why: "DDL", sql: "grant create on schema public to center_writer", object: "center_writer" },
];
