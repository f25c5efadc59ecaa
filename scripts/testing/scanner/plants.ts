/** One way to break an invariant of the database, and where the scanner must then point. */
export interface Plant {
  readonly invariant: string;
  readonly why: string;
  /** Run by a superuser: whoever breaks walls is not held by them. */
  readonly sql: string;
  readonly object: RegExp;
  /** Other invariants that the same statements break. */
  readonly also?: readonly string[];
  /** Among those that `npm run scanner:check` plants all at once. */
  readonly isPlanted?: boolean;
}

const PARTITION =
  "(select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'plugin_heartbeats'::regclass order by 1 limit 1)";
const DEFINER = "language sql security definer set search_path = pg_catalog, public, pg_temp as 'select 1'";
/** Whoever creates as a superuser owns it; the owner's things are given to the owner. */
const owned = (kind: string, name: string) => `alter ${kind} ${name} owner to center_owner`;
const isolated = (name: string) => `set local role center_owner; select center_isolate('${name}'::regclass); reset role`;

const planted = (invariant: string, why: string, sql: string, object: RegExp, also: readonly string[] = []): Plant => ({
  ...{ invariant, why, sql, object, also, isPlanted: true },
});
const spare = (...given: Parameters<typeof planted>): Plant => ({ ...planted(...given), isPlanted: false });

/** Walls that stand between tenants. */
const TENANTS: readonly Plant[] = [
  planted("lint.rls_disabled", "row security off", "alter table plugins disable row level security", /^plugins$/),
  planted("lint.rls_not_forced", "the owner let past", "alter table outbox no force row level security", /^outbox$/),
  planted("lint.policy_missing", "no policy", "drop policy tenant_scope on modules", /^modules$/, ["lint.policy_changed"]),
  planted(
    "lint.policy_too_wide",
    "everything to a reader",
    "create policy planted on tenants for select to center_reader using (true)",
    /^tenants\.planted$/,
    ["lint.policy_changed"],
  ),
  spare("lint.policy_changed", "writes unchecked", "alter policy tenant_scope on plans with check (true)", /^plans\.tenant_scope$/, [
    "lint.policy_too_wide",
  ]),
  planted(
    "lint.tenant_column_missing",
    "a table of nobody's",
    `create table planted_global (id integer primary key); ${owned("table", "planted_global")}`,
    /^planted_global$/,
    ["lint.table_undeclared"],
  ),
  planted(
    "lint.tenant_column_nullable",
    "a tenant that may be missing",
    `create table planted_nobody (id integer primary key, tenant_id uuid); ${owned("table", "planted_nobody")}; ${isolated("planted_nobody")}`,
    /^planted_nobody$/,
    ["lint.table_undeclared", "lint.key_not_led_by_tenant", "lint.policy_changed"],
  ),
  planted(
    "lint.key_not_led_by_tenant",
    "a key over all tenants",
    "create unique index planted_key on plugins (id, tenant_id)",
    /^planted_key$/,
  ),
  spare(
    "lint.reference_not_led_by_tenant",
    "a reference to anybody's row",
    "create unique index planted_key on plugins (id); alter table plugin_state add constraint planted_reference foreign key (plugin_id) references plugins (id)",
    /^plugin_state\.planted_reference$/,
    ["lint.key_not_led_by_tenant", "lint.foreign_key_unindexed", "lint.duplicate_index"],
  ),
];

/** Walls around the gateway. */
const GATEWAY: readonly Plant[] = [
  planted("lint.guard_missing", "a guard dropped", "drop trigger a_guard_governed on people", /^people\.a_guard_governed$/, [
    "lint.trigger_changed",
  ]),
  planted(
    "lint.trigger_changed",
    "a guard switched off",
    "alter table webhook_endpoints disable trigger z_require_audit",
    /^webhook_endpoints\.z_require_audit$/,
    ["lint.guard_missing"],
  ),
  planted(
    "lint.append_only_open",
    "history rewritten",
    "grant update on incident_events to center_writer",
    /^incident_events UPDATE to center_writer$/,
    ["lint.grant_undeclared"],
  ),
  planted("lint.grant_undeclared", "a right more", "grant delete on plugins to center_writer", /^plugins DELETE to center_writer$/),
  spare("lint.grant_gone", "a right taken", "revoke select on plugins from center_reader", /^plugins SELECT to center_reader$/),
  planted("lint.writer_shared", "two writers", "grant insert on plugin_heartbeats to center_writer", /^plugin_heartbeats$/, [
    "lint.grant_undeclared",
    "lint.guard_missing",
  ]),
  spare("lint.truncate_granted", "truncate", "grant truncate on people to center_writer", /^people to center_writer$/, [
    "lint.grant_undeclared",
  ]),
  spare(
    "lint.partition_granted",
    "past the parent",
    `do $$ begin execute format('grant select on %I to center_reader', ${PARTITION}); end $$`,
    /^plugin_heartbeats_\d+ SELECT to center_reader$/,
  ),
  planted("lint.public_granted", "everybody reads", "grant select on plans to public", /^plans SELECT$/, ["lint.grant_undeclared"]),
  planted("lint.role_too_mighty", "a role past row security", "alter role center_auditor bypassrls", /^center_auditor$/),
  spare(
    "lint.role_owns",
    "a role that owns",
    "create function planted_owned() returns integer language sql as 'select 1'; alter function planted_owned() owner to center_ingest",
    /^center_ingest planted_owned\(\)$/,
    ["lint.function_changed"],
  ),
];

/** Functions, triggers and views beside the migrations. */
const CODE: readonly Plant[] = [
  planted(
    "lint.definer_search_path",
    "names found anywhere",
    "alter function gateway_token() set search_path = public",
    /^gateway_token\(\)$/,
    ["lint.function_changed"],
  ),
  planted(
    "lint.definer_public",
    "everybody may call it",
    `create function planted_open() returns integer ${DEFINER}; ${owned("function", "planted_open()")}`,
    /^planted_open\(\)$/,
    ["lint.function_changed"],
  ),
  planted(
    "lint.definer_owner",
    "with a superuser's rights",
    `create function planted_super() returns integer ${DEFINER}; revoke execute on function planted_super() from public`,
    /^planted_super\(\)$/,
    ["lint.function_changed"],
  ),
  planted(
    "lint.function_changed",
    "a guard that lets pass",
    "create or replace function refuse_change() returns trigger language plpgsql as $$ begin return new; end $$",
    /^refuse_change\(\)$/,
  ),
  spare(
    "lint.trigger_changed",
    "a trigger more",
    "create trigger planted before insert on plugins for each row execute function refuse_change()",
    /^plugins\.planted$/,
  ),
  spare(
    "lint.trigger_changed",
    "a rewrite rule",
    "create rule planted as on delete to tuf_metadata do instead nothing",
    /^tuf_metadata\.planted$/,
  ),
  planted(
    "lint.view_definer",
    "a view past the scope",
    `create view planted_view as select * from plugins; ${owned("view", "planted_view")}`,
    /^planted_view$/,
    ["lint.table_undeclared"],
  ),
  spare(
    "lint.table_undeclared",
    "a view beside the migrations",
    "create view planted_plain with (security_invoker = true) as select 1 as one",
    /^planted_plain$/,
  ),
];

/** What makes a database slow or fragile before anybody notices. */
const CARE: readonly Plant[] = [
  spare(
    "lint.constraint_not_valid",
    "never checked",
    "alter table tenants add constraint planted_check check (slug <> 'planted') not valid",
    /^tenants\.planted_check$/,
  ),
  planted(
    "lint.primary_key_missing",
    "nothing tells its rows apart",
    `create table planted_keyless (tenant_id uuid not null); ${owned("table", "planted_keyless")}; ${isolated("planted_keyless")}`,
    /^planted_keyless$/,
    ["lint.table_undeclared", "lint.policy_changed"],
  ),
  spare(
    "lint.foreign_key_unindexed",
    "looked for one by one",
    `create table planted_child (tenant_id uuid not null, id uuid not null, plugin_id uuid, primary key (tenant_id, id), foreign key (tenant_id, plugin_id) references plugins (tenant_id, id)); ${owned("table", "planted_child")}; ${isolated("planted_child")}`,
    /^planted_child\./,
    ["lint.table_undeclared", "lint.policy_changed"],
  ),
  planted(
    "lint.duplicate_index",
    "two of the same",
    "create index planted_twin_one on tenants (name); create index planted_twin_two on tenants (name)",
    /^planted_twin_two$/,
  ),
  spare(
    "lint.invalid_index",
    "not built to its end",
    "create index planted_broken on tenants (created_at); update pg_index set indisvalid = false where indexrelid = 'planted_broken'::regclass",
    /^planted_broken$/,
  ),
  spare(
    "lint.sequence_near_end",
    "nearly used up",
    "create sequence planted_sequence maxvalue 100; select setval('planted_sequence', 90)",
    /^planted_sequence$/,
  ),
  planted("lint.autovacuum_off", "nothing tidies it", "alter table outbox set (autovacuum_enabled = false)", /^outbox$/),
  spare("lint.unlogged_table", "empty after a crash", "alter table person_clients set unlogged", /^person_clients$/),
];

/** Every plant of the database; those that no statement can make in a test (age) are left out. */
export const DATABASE_PLANTS: readonly Plant[] = [...TENANTS, ...GATEWAY, ...CODE, ...CARE];
