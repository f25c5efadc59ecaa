-- The contract scanner: what it looked at, what it found broken, and what it closed because of that; and what migrations made of the catalog.
CREATE TABLE "scan_runs" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"asked_by" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone NOT NULL,
	"cpu_ms" double precision NOT NULL,
	"rows_read" bigint NOT NULL,
	"checks" integer NOT NULL,
	"found" integer NOT NULL,
	"new_found" integer NOT NULL,
	"faults" jsonb NOT NULL,
	"watermarks" jsonb NOT NULL,
	CONSTRAINT "scan_runs_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
CREATE TABLE "scan_violations" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"invariant" text NOT NULL,
	"object" text NOT NULL,
	"level" text NOT NULL,
	"severity" text NOT NULL,
	"module_key" text NOT NULL,
	"detail" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"status" text NOT NULL,
	"first_seen" timestamp (3) with time zone NOT NULL,
	"last_seen" timestamp (3) with time zone NOT NULL,
	"cleared_at" timestamp (3) with time zone,
	"times" integer NOT NULL,
	"run_id" uuid NOT NULL,
	CONSTRAINT "scan_violations_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "scan_violations_once" UNIQUE("tenant_id","invariant","object")
);
--> statement-breakpoint
-- What a violation closed at once: a route, a writer, an export. A row without an end is in force.
CREATE TABLE "scan_blocks" (
	"tenant_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"target" text NOT NULL,
	"violation_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"set_by" text NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL,
	"lifted_by" text,
	"lifted_at" timestamp (3) with time zone,
	"lift_reason" text,
	CONSTRAINT "scan_blocks_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
-- What migrations made: each table, right, function, trigger and policy by its digest. Whatever is otherwise now was changed beside them.
CREATE TABLE "catalog_baseline" (
	"kind" text NOT NULL,
	"object" text NOT NULL,
	"digest" text NOT NULL,
	CONSTRAINT "catalog_baseline_kind_object_pk" PRIMARY KEY("kind","object")
);
--> statement-breakpoint
-- What a lint leaves out, and why that is right. Migrations alone write here.
CREATE TABLE "lint_exceptions" (
	"lint" text NOT NULL,
	"object" text NOT NULL,
	"why" text NOT NULL,
	CONSTRAINT "lint_exceptions_lint_object_pk" PRIMARY KEY("lint","object")
);
--> statement-breakpoint
CREATE UNIQUE INDEX "scan_blocks_in_force" ON "scan_blocks" USING btree ("tenant_id","kind","target") WHERE "scan_blocks"."lifted_at" is null;
--> statement-breakpoint
CREATE INDEX "scan_runs_newest" ON "scan_runs" USING btree ("tenant_id","started_at" DESC NULLS LAST);
--> statement-breakpoint
CREATE INDEX "scan_violations_open" ON "scan_violations" USING btree ("tenant_id","status","last_seen" DESC NULLS LAST);
--> statement-breakpoint
SELECT center_isolate('scan_runs'::regclass), center_isolate('scan_violations'::regclass), center_isolate('scan_blocks'::regclass, 'tenant_id', true);
--> statement-breakpoint
SELECT center_govern('scan_runs'::regclass, true), center_govern('scan_violations'::regclass), center_govern('scan_blocks'::regclass);
--> statement-breakpoint
GRANT SELECT ON scan_runs, scan_violations, scan_blocks, catalog_baseline, lint_exceptions TO center_reader;
--> statement-breakpoint
CREATE VIEW closed_routes WITH (security_invoker = true) AS SELECT target AS route, reason, set_at, violation_id FROM scan_blocks WHERE kind = 'route' AND lifted_at IS NULL;
--> statement-breakpoint
CREATE VIEW stopped_writers WITH (security_invoker = true) AS SELECT target AS writer, reason, set_at, violation_id FROM scan_blocks WHERE kind = 'writer' AND lifted_at IS NULL;
--> statement-breakpoint
CREATE VIEW refused_exports WITH (security_invoker = true) AS SELECT target AS route, reason, set_at, violation_id FROM scan_blocks WHERE kind = 'export' AND lifted_at IS NULL;
--> statement-breakpoint
GRANT SELECT ON closed_routes, stopped_writers, refused_exports TO center_reader;
--> statement-breakpoint
-- Which migrations ran. The baseline holds, for the same, which it was written after.
CREATE FUNCTION contract_migrations() RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF to_regclass('drizzle.__drizzle_migrations') IS NULL THEN RETURN '0'; END IF;
  RETURN (SELECT count(*) || '/' || coalesce(max(created_at), 0) FROM drizzle.__drizzle_migrations);
END $$;
--> statement-breakpoint
-- The catalog as it stands, in the baseline's words. Partitions come and go by themselves and are judged by lints of their own.
CREATE VIEW catalog_now WITH (security_invoker = true) AS
WITH tables AS (
  SELECT c.* FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
), roles AS (SELECT oid, rolname FROM pg_roles)
SELECT 'migrations' AS kind, 'applied' AS object, contract_migrations() AS digest
UNION ALL
SELECT 'table', t.relname::text, t.relkind::text FROM tables t
UNION ALL
SELECT 'grant', t.relname || ' ' || g.privilege_type || ' to ' || coalesce(r.rolname, 'PUBLIC'), g.is_grantable::text
FROM tables t, aclexplode(t.relacl) g LEFT JOIN roles r ON r.oid = g.grantee WHERE g.grantee <> t.relowner
UNION ALL
SELECT 'grant', t.relname || '.' || a.attname || ' ' || g.privilege_type || ' to ' || coalesce(r.rolname, 'PUBLIC'), g.is_grantable::text
FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND NOT a.attisdropped, aclexplode(a.attacl) g LEFT JOIN roles r ON r.oid = g.grantee WHERE g.grantee <> t.relowner
UNION ALL
SELECT 'function', p.oid::regprocedure::text, md5(concat_ws('/', p.prosrc, p.prosecdef, p.proconfig::text, p.provolatile, p.proacl IS NULL,
  (SELECT string_agg(coalesce(r.rolname, 'PUBLIC'), ',' ORDER BY r.rolname) FROM aclexplode(p.proacl) g LEFT JOIN roles r ON r.oid = g.grantee WHERE g.grantee <> p.proowner)))
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger', t.relname || '.' || g.tgname, md5(concat_ws('/', p.proname, g.tgtype, g.tgenabled, g.tgdeferrable, g.tginitdeferred, g.tgqual IS NULL))
FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal JOIN pg_proc p ON p.oid = g.tgfoid
UNION ALL
SELECT 'policy', t.relname || '.' || p.polname, md5(concat_ws('/', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid),
  (SELECT string_agg(CASE WHEN r.oid = t.relowner THEN 'owner' ELSE coalesce(r.rolname, 'PUBLIC') END, ',' ORDER BY r.rolname) FROM unnest(p.polroles) g (oid) LEFT JOIN roles r ON r.oid = g.oid)))
FROM tables t JOIN pg_policy p ON p.polrelid = t.oid;
--> statement-breakpoint
-- Where the catalog is not what migrations made of it: added, gone, or another than it was. Between migrations and the baseline of what they
-- made nothing can be said: an upgrade is under way, or broke off there and is taken up by the next start.
CREATE VIEW catalog_drift WITH (security_invoker = true) AS
SELECT coalesce(n.kind, b.kind) AS kind, coalesce(n.object, b.object) AS object, CASE WHEN b.kind IS NULL THEN 'added' WHEN n.kind IS NULL THEN 'gone' ELSE 'changed' END AS drift
FROM catalog_now n FULL JOIN catalog_baseline b ON b.kind = n.kind AND b.object = n.object
WHERE n.digest IS DISTINCT FROM b.digest AND EXISTS (SELECT 1 FROM catalog_baseline m WHERE m.kind = 'migrations' AND m.digest = contract_migrations());
--> statement-breakpoint
GRANT SELECT ON catalog_now, catalog_drift TO center_reader;
--> statement-breakpoint
-- From which transaction on every governed row has an audit entry. Another database than the one that was noted (a copy, a restore) begins anew;
-- tables where rows without one are open keep the floor that they were found above, through whatever migrates meanwhile.
CREATE TABLE "audit_floor" (id integer PRIMARY KEY CHECK (id = 1), database text NOT NULL, since xid8 NOT NULL, kept jsonb NOT NULL DEFAULT '{}');
--> statement-breakpoint
CREATE FUNCTION contract_database() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT (SELECT system_identifier FROM pg_control_system()) || '/' || (SELECT oid FROM pg_database WHERE datname = current_database()) $$;
--> statement-breakpoint
-- Notes that what stands now was made by migrations or a restore: whatever is written from here on has its audit entry.
CREATE FUNCTION contract_begin() RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  INSERT INTO public.audit_floor AS f (id, database, since) VALUES (1, public.contract_database(), pg_current_xact_id())
  ON CONFLICT (id) DO UPDATE SET database = excluded.database, since = excluded.since, kept = '{}' WHERE f.database <> excluded.database
$$;
--> statement-breakpoint
-- Notes in which tables rows without an audit entry are open.
CREATE FUNCTION contract_keep(p_tables text[]) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  UPDATE public.audit_floor f SET kept = (SELECT coalesce(jsonb_object_agg(t.name, coalesce(f.kept -> t.name, to_jsonb(f.since::text::bigint))), '{}') FROM unnest(p_tables) t (name))
$$;
--> statement-breakpoint
-- Governed rows that were written without an audit entry of their transaction, by table. `p_seen` is what came out the last time: by table the
-- writes that were counted and from which transaction on is looked. Tables that counted no write since are left alone, and keep where they were
-- looked from: counters come late. Without an answer the floor is another database's, and contract_begin() comes first.
CREATE FUNCTION contract_unaudited(p_seen jsonb) RETURNS TABLE (name text, writes bigint, looked bigint, unaudited bigint, sample text, highest bigint, looked_from bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_now bigint := pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
  v_over bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
  v_floor public.audit_floor;
  v_since bigint;
BEGIN
  SELECT * INTO v_floor FROM public.audit_floor f WHERE f.database = public.contract_database();
  IF NOT FOUND THEN RETURN; END IF;
  FOR name, writes IN
    SELECT c.relname::text, coalesce(s.n_tup_ins + s.n_tup_upd + s.n_tup_del, 0) FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition AND EXISTS (
      SELECT 1 FROM public.catalog_baseline b WHERE b.kind = 'trigger' AND b.object = c.relname || '.z_require_audit') ORDER BY 1
  LOOP
    looked := 0; unaudited := 0; sample := NULL; highest := NULL; looked_from := (p_seen -> name ->> 'from')::bigint;
    IF writes IS DISTINCT FROM (p_seen -> name ->> 'writes')::bigint THEN
      v_since := greatest(coalesce((v_floor.kept ->> name)::bigint, v_floor.since::text::bigint), looked_from);
      -- A row's 32-bit transaction id, made whole by the nearest one that is not in the future.
      EXECUTE format('SELECT count(*), count(*) FILTER (WHERE bad), min(at) FILTER (WHERE bad), max(writer) FILTER (WHERE bad) FROM (
          SELECT at, writer, writer >= $2 AND NOT EXISTS (SELECT 1 FROM public.audit_entries a WHERE a.xid = writer::text::xid8) AS bad FROM (
            SELECT x - CASE WHEN x > $1 THEN 4294967296 ELSE 0 END AS writer, at FROM (
              SELECT (($1 >> 32) << 32) + w.xmin::text::bigint AS x, w.ctid::text AS at FROM public.%I w) whole) near) judged', name)
        INTO looked, unaudited, sample, highest USING v_now, v_since;
      looked_from := v_over;
    END IF;
    RETURN NEXT;
  END LOOP;
END $$;
--> statement-breakpoint
-- Rows that belong to nobody, where the catalog does not rule them out any more.
CREATE FUNCTION contract_ownerless() RETURNS TABLE (name text, ownerless bigint) LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  FOR name IN SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped AND NOT a.attnotnull
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> 'audit_entries' LOOP
    EXECUTE format('SELECT count(*) FROM public.%I WHERE tenant_id IS NULL', name) INTO ownerless;
    RETURN NEXT;
  END LOOP;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION contract_migrations(), contract_database(), contract_begin(), contract_keep(text[]), contract_unaudited(jsonb), contract_ownerless() FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION contract_migrations(), contract_unaudited(jsonb), contract_ownerless() TO center_reader;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION contract_begin(), contract_keep(text[]) TO center_writer;
