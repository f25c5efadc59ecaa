/** One promise about the catalog: the statement lists what breaks it, as (object, detail). */
export interface CatalogRule {
  readonly name: string;
  readonly sql: string;
}

/** Center's own roles, by which nothing may be owned and to which little is granted. */
const CENTER = `(select oid, rolname from pg_roles where rolname in
  ('center_writer', 'center_ingest', 'center_reader', 'center_auditor', 'center_breakglass'))`;

const OUTSIDE_SYSTEM =
  "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\\_toast%' and n.nspname not like 'pg\\_temp%'";

/** Tables of public, their partitions included. */
const TABLES = `(select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p'))`;

/** Tables that hold rows of tenants, with the column that says whose they are. */
const TENANT_TABLES = `(select c.*, a.attnum as tenant_attnum from ${TABLES} c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
  and a.attname = case when c.relname = 'tenants' then 'id' else 'tenant_id' end)`;

/** Rights on tables and on single columns, one row each. */
const GRANTS = `(select c.oid, c.relname, c.relowner, c.relispartition, g.grantee, g.privilege_type from ${TABLES} c, aclexplode(c.relacl) g
  union select c.oid, c.relname, c.relowner, c.relispartition, g.grantee, g.privilege_type from ${TABLES} c
    join pg_attribute a on a.attrelid = c.oid, aclexplode(a.attacl) g)`;

/** What center_ingest alone writes, and all that it writes. */
const TELEMETRY = [
  "plugin_heartbeats",
  "plugin_state",
  "ingest_batches",
  "plugin_rollups",
  "rollup_watermarks",
  "plugin_streams",
  "plugin_refusals",
  "module_service_state",
  "module_batches",
  "module_records",
  "module_spans",
  "module_minutes",
  "module_error_minutes",
  "module_series",
  "module_rollups",
  "module_rollup_marks",
  "module_streams",
  "process_counts", // figures of processes, of no tenant
];

/** Tables whose guard is not the gateway's triggers, and why each may stand here. */
const UNGOVERNED = [
  ...TELEMETRY, // guarded by grants to center_ingest alone, so that it can be distributed
  "work_leases", // carry no decision and no secret; renewing one must not cost an audit entry
  "gateway_secret", // nobody but the owner has any right on it
  "catalog_baseline", // written by migrations alone
  "lint_exceptions", // written by migrations alone
  "audit_floor", // written by migrations and contract_begin() alone
  "audit_entries", // written by audit_append() and the break-glass trigger alone
  "audit_nodes", // written by audit_seal() alone
  "audit_checkpoints", // written by audit_checkpoint() alone
];

/** Rows that are only ever added. */
const APPEND_ONLY = [
  "audit_entries",
  "audit_nodes",
  "audit_checkpoints",
  "autopatch_attempt_events",
  "incident_events",
  "incident_pages",
  "module_incident_events",
  "module_decisions",
  "heal_action_events",
  "patch_plans",
  "repair_run_events",
  "module_pages",
  "runbook_steps",
  "scan_runs",
  "sira_decisions",
  "sira_learning_feedback",
  "sira_models",
  "sira_promotions",
  "plan_approvals",
  "artifacts",
  "plugin_heartbeats",
  "ingest_batches",
  "module_records",
  "module_spans",
];

const quoted = (names: readonly string[]) => names.map((name) => `'${name}'`).join(", ");

/** The expressions that a policy of a scoped role may have; white space and the names that PostgreSQL adds are left out. */
const SCOPED_EXPRESSIONS = ["tenant_id", "id"].map(
  (column) => `((selectcenter_scope_all())or(${column}=any((selectcenter_scope())::uuid[])))`,
);
const PLATFORM_EXPRESSION = "(tenant_id='00000000-0000-0000-0000-000000000000'::uuid)";
const plain = (expression: string) =>
  `regexp_replace(regexp_replace(lower(${expression}), ' as center_scope(_all)?', '', 'g'), '\\s', '', 'g')`;

const governingTrigger = (name: string, procedure: string, type: number, isDeferred: boolean) => `
  select c.relname::text as object, 'lacks ${name}' as detail from ${TABLES} c
  where not c.relispartition and c.relname not in (${quoted(UNGOVERNED)}) and not exists (
    select 1 from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = c.oid and t.tgname = '${name}'
      and p.proname = '${procedure}' and p.pronamespace = 'public'::regnamespace and t.tgtype = ${type} and t.tgqual is null
      and t.tgenabled in ('O', 'A') and (t.tgdeferrable and t.tginitdeferred) = ${isDeferred})`;

/** Row triggers as pg_trigger.tgtype counts them: 1 row, 2 before, 4 insert, 8 delete, 16 update. */
const BEFORE_EACH_ROW = 1 + 2 + 4 + 8 + 16;
const AFTER_EACH_ROW = 1 + 4 + 8 + 16;

export const CATALOG_RULES: readonly CatalogRule[] = [
  {
    name: "rls-enabled",
    sql: `select relname::text as object, 'row security is not enabled' as detail from ${TENANT_TABLES} c where not relrowsecurity`,
  },
  {
    name: "rls-forced",
    sql: `select relname::text as object, 'row security is not forced' as detail from ${TENANT_TABLES} c where not relforcerowsecurity`,
  },
  {
    name: "key-led-by-tenant",
    sql: `select c.relname::text as object, i.indexrelid::regclass::text as detail from ${TENANT_TABLES} c join pg_index i on i.indrelid = c.oid
      where i.indisunique and c.relname not in ('audit_entries', 'tenants') and i.indkey[0] <> c.tenant_attnum`,
  },
  {
    name: "foreign-key-led-by-tenant",
    sql: `select c.relname::text as object, k.conname::text as detail from ${TENANT_TABLES} c join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
      left join ${TENANT_TABLES} r on r.oid = k.confrelid
      where c.relname <> 'tenants' and (k.conkey[1] <> c.tenant_attnum or r.oid is null or k.confkey[1] <> r.tenant_attnum)`,
  },
  {
    name: "view-security-invoker",
    sql: `select c.oid::regclass::text as object, 'view without security_invoker' as detail from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'v' and ${OUTSIDE_SYSTEM} and not coalesce(c.reloptions::text[] && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)`,
  },
  {
    name: "no-materialized-view",
    sql: `select c.oid::regclass::text as object, 'materialized view' as detail from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'm' and ${OUTSIDE_SYSTEM}`,
  },
  {
    name: "no-grant-on-partition",
    sql: `select relname::text as object, privilege_type || ' to ' || coalesce(pg_get_userbyid(nullif(grantee, 0)), 'PUBLIC') as detail from ${GRANTS} g
      where relispartition and grantee <> relowner`,
  },
  {
    name: "plain-roles",
    sql: `select rolname::text as object, 'may more than log in' as detail from pg_roles
      where oid in (select oid from ${CENTER} c) and (rolbypassrls or rolsuper or rolcreaterole or rolcreatedb or rolreplication)`,
  },
  {
    name: "no-membership",
    sql: `select c.rolname::text as object, 'member of ' || pg_get_userbyid(m.roleid) as detail from ${CENTER} c join pg_auth_members m on m.member = c.oid`,
  },
  {
    name: "definer-search-path",
    sql: `select p.oid::regprocedure::text as object, 'SECURITY DEFINER without a fixed search_path' as detail from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.prosecdef and ${OUTSIDE_SYSTEM} and not exists (select 1 from unnest(p.proconfig) s where s like 'search_path=pg_catalog,%')`,
  },
  {
    // Unnamed, a role's own temporary schema is searched before all others for types and tables.
    name: "definer-temporary-last",
    sql: `select p.oid::regprocedure::text as object, 'SECURITY DEFINER whose search_path does not end in pg_temp' as detail
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where p.prosecdef and ${OUTSIDE_SYSTEM} and not exists (select 1 from unnest(p.proconfig) s where s ~ '^search_path=.*, pg_temp$')`,
  },
  {
    name: "no-temporary",
    sql: `select coalesce(c.rolname, 'PUBLIC')::text as object, 'TEMPORARY on this database' as detail
      from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) g left join ${CENTER} c on c.oid = g.grantee
      where d.datname = current_database() and g.privilege_type = 'TEMPORARY' and (g.grantee = 0 or c.oid is not null)`,
  },
  {
    name: "definer-not-public",
    sql: `select p.oid::regprocedure::text as object, 'SECURITY DEFINER that PUBLIC may call' as detail from pg_proc p join pg_namespace n on n.oid = p.pronamespace,
      aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g where p.prosecdef and ${OUTSIDE_SYSTEM} and g.grantee = 0`,
  },
  { name: "governed", sql: governingTrigger("a_guard_governed", "guard_governed_row", BEFORE_EACH_ROW, false) },
  { name: "audited", sql: governingTrigger("b_audit_direct", "audit_direct_write", AFTER_EACH_ROW, false) },
  { name: "audit-required", sql: governingTrigger("z_require_audit", "require_audit_entry", AFTER_EACH_ROW, true) },
  {
    name: "no-truncate",
    sql: `select relname::text as object, 'TRUNCATE to ' || coalesce(pg_get_userbyid(nullif(grantee, 0)), 'PUBLIC') as detail from ${GRANTS} g
      where privilege_type = 'TRUNCATE' and grantee <> relowner`,
  },
  {
    name: "append-only",
    sql: `select relname::text as object, privilege_type || ' to ' || coalesce(pg_get_userbyid(nullif(grantee, 0)), 'PUBLIC') as detail from ${GRANTS} g
      where relname in (${quoted(APPEND_ONLY)}) and privilege_type in ('UPDATE', 'DELETE') and grantee <> relowner`,
  },
  {
    name: "no-grant-to-public",
    sql: `select relname::text as object, privilege_type || ' to PUBLIC' as detail from ${GRANTS} g where grantee = 0`,
  },
  {
    name: "write-rights",
    sql: `select g.relname::text as object, g.privilege_type || ' to ' || c.rolname as detail from ${GRANTS} g join ${CENTER} c on c.oid = g.grantee
      where g.privilege_type <> 'SELECT' and case c.rolname
        when 'center_writer' then g.relname in ('audit_entries', 'audit_nodes', 'audit_checkpoints', 'gateway_secret', ${quoted(TELEMETRY)})
        when 'center_ingest' then g.relname not in (${quoted(TELEMETRY)})
        when 'center_breakglass' then g.privilege_type <> 'UPDATE' or g.relname not in ('ops_policy', 'plugin_autopatch_attempts', 'safety_switches')
        else true end`,
  },
  {
    name: "secret-unread",
    sql: `select relname::text as object, privilege_type || ' to ' || pg_get_userbyid(grantee) as detail from ${GRANTS} g where relname = 'gateway_secret' and grantee <> relowner`,
  },
  {
    name: "scoped-policies",
    sql: `select c.relname::text as object, p.polname::text as detail from pg_policy p join ${TABLES} c on c.oid = p.polrelid
      where (p.polroles && (select array_agg(oid) from ${CENTER} r where rolname <> 'center_breakglass') or p.polroles = '{0}')
        and not (p.polpermissive and coalesce(${plain("pg_get_expr(p.polqual, p.polrelid)")} in (${quoted(SCOPED_EXPRESSIONS)}), false)
          and coalesce(${plain("pg_get_expr(p.polwithcheck, p.polrelid)")} = ${plain("pg_get_expr(p.polqual, p.polrelid)")}, true))
        and not (p.polcmd = 'r' and ${plain("pg_get_expr(p.polqual, p.polrelid)")} = $platform$${PLATFORM_EXPRESSION}$platform$)`,
  },
  {
    name: "owns-nothing",
    sql: `select c.rolname::text as object, 'owns ' || pg_describe_object(d.classid, d.objid, d.objsubid) as detail from ${CENTER} c
      join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = c.oid and d.deptype = 'o'
      where d.dbid in (0, (select oid from pg_database where datname = current_database()))`,
  },
  {
    name: "creates-nothing",
    sql: `select c.rolname::text as object, 'may create in ' || n.nspname as detail from ${CENTER} c, pg_namespace n
      where ${OUTSIDE_SYSTEM} and has_schema_privilege(c.oid, n.oid, 'CREATE')`,
  },
];
