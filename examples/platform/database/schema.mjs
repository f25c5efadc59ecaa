/** Tables whose rows belong to a tenant, all behind row level security; those that are governed refuse a write that says no reason. */
const GOVERNED = ["documents", "search_index", "invoices", "invoice_lines", "ledger", "objects", "exports", "scans", "grants"];
const OPERATED = ["jobs", "rates", "repair_runs", "repair_rows", "migrations"];

const TABLES = `
CREATE TABLE IF NOT EXISTS platform.tenants (id uuid PRIMARY KEY, slug text NOT NULL UNIQUE, name text NOT NULL);
CREATE TABLE IF NOT EXISTS platform.documents (tenant_id uuid NOT NULL, id uuid NOT NULL, title text NOT NULL, body text NOT NULL, price_cents integer NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id));
CREATE TABLE IF NOT EXISTS platform.search_index (tenant_id uuid NOT NULL, document_id uuid NOT NULL, words tsvector NOT NULL, PRIMARY KEY (tenant_id, document_id));
CREATE INDEX IF NOT EXISTS search_index_words ON platform.search_index USING gin (words);
CREATE TABLE IF NOT EXISTS platform.invoices (tenant_id uuid NOT NULL, id uuid NOT NULL, number integer NOT NULL, customer text NOT NULL,
  total_cents bigint NOT NULL DEFAULT 0, paid_cents bigint NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id), UNIQUE (tenant_id, number));
CREATE TABLE IF NOT EXISTS platform.invoice_lines (tenant_id uuid NOT NULL, invoice_id uuid NOT NULL, line integer NOT NULL, item text NOT NULL,
  quantity integer NOT NULL, unit_cents integer NOT NULL, PRIMARY KEY (tenant_id, invoice_id, line),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES platform.invoices (tenant_id, id));
CREATE TABLE IF NOT EXISTS platform.ledger (tenant_id uuid NOT NULL, id uuid NOT NULL, at timestamptz NOT NULL DEFAULT now(), invoice_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('charge', 'payment', 'credit')), amount_cents bigint NOT NULL CHECK (amount_cents > 0), PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, invoice_id) REFERENCES platform.invoices (tenant_id, id));
CREATE INDEX IF NOT EXISTS ledger_by_invoice ON platform.ledger (tenant_id, invoice_id);
CREATE TABLE IF NOT EXISTS platform.objects (tenant_id uuid NOT NULL, name text NOT NULL, sha256 text NOT NULL, bytes integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, name));
CREATE TABLE IF NOT EXISTS platform.exports (tenant_id uuid NOT NULL, id uuid NOT NULL, file text NOT NULL, lines integer NOT NULL, sha256 text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), UNIQUE (id));
CREATE TABLE IF NOT EXISTS platform.scans (tenant_id uuid NOT NULL, id uuid NOT NULL, object text NOT NULL, content text NOT NULL, release text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, id));
CREATE TABLE IF NOT EXISTS platform.roles (role text NOT NULL, permission text NOT NULL, PRIMARY KEY (role, permission));
CREATE TABLE IF NOT EXISTS platform.grants (tenant_id uuid NOT NULL, person text NOT NULL, role text NOT NULL, permission text NOT NULL,
  PRIMARY KEY (tenant_id, person, permission));
CREATE TABLE IF NOT EXISTS platform.jobs (tenant_id uuid NOT NULL, id uuid NOT NULL, kind text NOT NULL, payload jsonb NOT NULL DEFAULT '{}', priority integer NOT NULL DEFAULT 0,
  status text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'running', 'done', 'dead', 'shelved')), tries integer NOT NULL DEFAULT 0,
  run_at timestamptz NOT NULL DEFAULT now(), lease_until timestamptz, error text, created_at timestamptz NOT NULL DEFAULT now(), finished_at timestamptz,
  PRIMARY KEY (tenant_id, id));
CREATE INDEX IF NOT EXISTS jobs_due ON platform.jobs (priority DESC, run_at) WHERE status IN ('queued', 'running');
CREATE TABLE IF NOT EXISTS platform.rates (tenant_id uuid NOT NULL, currency text NOT NULL, rate double precision NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, currency));
CREATE TABLE IF NOT EXISTS platform.writes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  tenant_id uuid, module text NOT NULL, reason text NOT NULL, trace_id text, written_by text NOT NULL DEFAULT session_user);
CREATE UNIQUE INDEX IF NOT EXISTS writes_once ON platform.writes (xid, module);
CREATE TABLE IF NOT EXISTS platform.repair_runs (tenant_id uuid NOT NULL, run_id uuid NOT NULL, job text NOT NULL, digest text NOT NULL,
  state text NOT NULL CHECK (state IN ('applying', 'applied', 'rolling_back', 'rolled_back')), begun_at timestamptz NOT NULL DEFAULT now(), ended_at timestamptz,
  PRIMARY KEY (tenant_id, run_id));
CREATE TABLE IF NOT EXISTS platform.repair_rows (tenant_id uuid NOT NULL, run_id uuid NOT NULL, n integer NOT NULL, table_name text NOT NULL, key jsonb NOT NULL,
  before jsonb, after jsonb, state text NOT NULL CHECK (state IN ('planned', 'done', 'kept', 'undone')), PRIMARY KEY (tenant_id, run_id, n),
  FOREIGN KEY (tenant_id, run_id) REFERENCES platform.repair_runs (tenant_id, run_id));
CREATE TABLE IF NOT EXISTS platform.migrations (tenant_id uuid NOT NULL, n bigint GENERATED ALWAYS AS IDENTITY, migration text NOT NULL,
  state text NOT NULL CHECK (state IN ('applied', 'compensated')), sha256 text NOT NULL, run_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (tenant_id, n));
CREATE TABLE IF NOT EXISTS platform.faults (fault text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), before jsonb NOT NULL);
`;

/**
 * Whoever writes says for whom and why, where the database can see it; it is noted once a transaction. The owner's hand (an operator at psql,
 * or break.mjs) passes, and is noted as what it is.
 */
const GUARD = `
CREATE OR REPLACE FUNCTION platform.guard_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = platform, pg_temp AS $$
DECLARE
  v_tenant uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.tenant_id ELSE NEW.tenant_id END;
  v_reason text := coalesce(current_setting('app.reason', true), '');
BEGIN
  IF session_user = 'platform_owner' THEN
    INSERT INTO writes (tenant_id, module, reason) VALUES (v_tenant, 'direct:' || TG_TABLE_NAME, 'by hand') ON CONFLICT (xid, module) DO NOTHING;
  ELSIF v_reason = '' OR v_tenant IS NULL OR v_tenant <> nullif(current_setting('app.tenant', true), '')::uuid THEN
    RAISE EXCEPTION 'ERR_UNGOVERNED_WRITE: % on % without a reason, or for another tenant', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
  ELSE
    INSERT INTO writes (tenant_id, module, reason, trace_id) VALUES (v_tenant, coalesce(current_setting('app.module', true), '?'), v_reason, current_setting('app.trace', true))
    ON CONFLICT (xid, module) DO NOTHING;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION platform.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'ERR_APPEND_ONLY: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501'; END $$;
CREATE OR REPLACE TRIGGER a_append_only BEFORE UPDATE OR DELETE ON platform.ledger FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
CREATE OR REPLACE TRIGGER a_append_only BEFORE UPDATE OR DELETE ON platform.migrations FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
`;

/** @param {string} table */
const isolate = (table) => `
ALTER TABLE platform.${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.${table} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant_scope ON platform.${table};
CREATE POLICY tenant_scope ON platform.${table} TO platform_app USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
DROP POLICY IF EXISTS owner_all ON platform.${table};
CREATE POLICY owner_all ON platform.${table} TO platform_owner USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS watch_all ON platform.${table};
CREATE POLICY watch_all ON platform.${table} FOR SELECT TO platform_watch USING (true);
GRANT SELECT ON platform.${table} TO platform_watch;
`;

/** @param {string} table */
const govern = (table) => `
CREATE OR REPLACE TRIGGER b_guard_write BEFORE INSERT OR UPDATE OR DELETE ON platform.${table} FOR EACH ROW EXECUTE FUNCTION platform.guard_write();
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.${table} TO platform_app;
`;

/** Jobs, rates and the journal of repairs are operated in each tenant's scope, also by the scheduler; they carry nothing that would need a reason. @param {string} table */
const operate = (table) => `
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.${table} TO platform_app;
DROP POLICY IF EXISTS scheduler_all ON platform.${table};
CREATE POLICY scheduler_all ON platform.${table} TO platform_scheduler USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.${table} TO platform_scheduler;
`;

/** Where restores are rehearsed: the same tables, empty, each seen by one tenant at a time. Made anew each time, so that they are never older than what they rehearse. @param {string} table */
const rehearse = (table) => `
DROP TABLE IF EXISTS platform_drill.${table};
CREATE TABLE platform_drill.${table} (LIKE platform.${table} INCLUDING ALL);
ALTER TABLE platform_drill.${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform_drill.${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_scope ON platform_drill.${table} TO platform_app USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_drill.${table} TO platform_app;
`;

/** The whole schema; safe to repeat. Run as platform_owner. */
export const SCHEMA = [
  TABLES,
  GUARD,
  ...[...GOVERNED, ...OPERATED].map(isolate),
  ...GOVERNED.map(govern),
  ...OPERATED.map(operate),
  ...[...GOVERNED, ...OPERATED].map(rehearse),
  "GRANT USAGE ON SCHEMA platform_drill TO platform_app;",
  `REVOKE UPDATE, DELETE ON platform.ledger, platform.migrations FROM platform_app;
   GRANT USAGE ON SCHEMA platform TO platform_app, platform_watch, platform_scheduler;
   GRANT SELECT ON platform.tenants, platform.roles TO platform_app, platform_watch, platform_scheduler;
   GRANT SELECT ON platform.writes TO platform_watch;
   INSERT INTO platform.roles (role, permission) VALUES ('clerk', 'catalog:read'), ('clerk', 'invoices:read'), ('manager', 'catalog:read'),
     ('manager', 'catalog:write'), ('manager', 'invoices:read'), ('manager', 'invoices:write'), ('manager', 'exports:make') ON CONFLICT DO NOTHING;`,
].join("\n");

/** The platform's own logins. app: one tenant at a time, by row level security; scheduler: the queue alone; watch: reads everything, for invariants. */
export const ROLES = ["platform_owner", "platform_app", "platform_scheduler", "platform_watch"];
