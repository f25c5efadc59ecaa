-- Who an entry of the audit log speaks of: the log holds an alias, and behind each alias one address or name lies sealed by a key of its own. Whoever
-- is erased leaves the aliases behind, and nothing in them; the log stays as it was written, and goes on being proven.
CREATE TABLE "audit_identities" (
	"alias" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"owner" uuid NOT NULL,
	"lookup" text,
	"sealed_key" "bytea" NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"erased_at" timestamp (3) with time zone,
	CONSTRAINT "audit_identities_lookup_unique" UNIQUE("lookup"),
	CONSTRAINT "audit_identities_erased_is_empty" CHECK (("erased_at" IS NULL) = (length("sealed_key") > 0 AND length("sealed") > 0 AND "lookup" IS NOT NULL))
);
--> statement-breakpoint
CREATE INDEX "audit_identities_by_owner" ON "audit_identities" USING btree ("owner");
--> statement-breakpoint
SELECT center_govern('audit_identities'::regclass);
--> statement-breakpoint
GRANT SELECT ON audit_identities TO center_reader;
--> statement-breakpoint
INSERT INTO lint_exceptions (lint, object, why) VALUES ('tenant_column_missing', 'audit_identities', 'of people');
--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "erase_asked_by" text;
--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "erase_asked_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "erased_at" timestamp (3) with time zone;
--> statement-breakpoint
-- Rows that are only ever added change in one more way: an address that is being erased is replaced in them, and nothing else.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_address text := coalesce(current_setting('center.erasing_address', true), '');
BEGIN
  IF TG_TABLE_NAME NOT LIKE 'audit%' AND public.gateway_is_open() AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    IF TG_OP = 'DELETE' AND to_jsonb(OLD) ->> 'tenant_id' = current_setting('center.erasing', true) THEN
      RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND v_address <> '' AND replace(to_jsonb(NEW)::text, v_address, current_setting('center.erasing_instead', true))
      = replace(to_jsonb(OLD)::text, v_address, current_setting('center.erasing_instead', true)) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
--> statement-breakpoint
-- Takes a person's address out of every row but those of the audit log (which never had it), what machines sent, and what approvers signed; and takes
-- away what they signed in with. Only for somebody who is disabled and whom one person asked to erase: the other one's gateway transaction calls this.
CREATE FUNCTION erase_person_rows(p_person uuid, p_address text, p_instead text) RETURNS TABLE (changed integer, kept_in text[]) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
  v_column record;
  v_rows integer;
  v_value text;
BEGIN
  changed := 0;
  kept_in := '{}';
  IF NOT public.gateway_is_open() OR NOT public.center_scope_all() OR length(p_address) < 3 OR position(p_address IN p_instead) > 0
    OR NOT EXISTS (SELECT 1 FROM public.people WHERE id = p_person AND email = p_address AND is_disabled AND erase_asked_at IS NOT NULL AND erased_at IS NULL) THEN
    RAISE EXCEPTION 'only a person who is disabled, and whom somebody asked to erase, is erased, by the gateway' USING ERRCODE = '42501';
  END IF;
  PERFORM pg_catalog.set_config('center.erasing_address', p_address, true), pg_catalog.set_config('center.erasing_instead', p_instead, true);
  DELETE FROM public.person_credentials WHERE person_id = p_person;
  DELETE FROM public.person_clients WHERE person_id = p_person;
  DELETE FROM public.person_notices WHERE person_id = p_person;
  DELETE FROM public.totp_factors WHERE person_id = p_person;
  DELETE FROM public.step_ups WHERE person_id = p_person;
  DELETE FROM public.passkey_challenges WHERE person_id = p_person;
  DELETE FROM public.passkeys WHERE person_id = p_person;
  DELETE FROM public.access_links WHERE person_id = p_person;
  UPDATE public.person_sessions SET agent = '', ended_at = coalesce(ended_at, now()) WHERE person_id = p_person;
  UPDATE public.people SET name = '', roles = '{}', tenants = '{}', idp_subject = NULL WHERE id = p_person;
  FOR v_column IN SELECT c.relname, a.attname, a.atttypid::regtype::text AS type FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid::regtype::text IN ('text', 'text[]', 'jsonb')
      AND c.relname NOT LIKE 'audit%' AND c.relname NOT IN ('plugin_heartbeats', 'module_records', 'module_spans', 'approver_keys', 'trust_documents', 'trust_signatures',
        'tuf_metadata', 'artifacts', 'installation') ORDER BY c.relname, a.attnum LOOP
    v_value := format('replace(%I::text, $1, $2)%s', v_column.attname, CASE v_column.type WHEN 'text' THEN '' ELSE '::' || v_column.type END);
    BEGIN
      EXECUTE format('UPDATE public.%I SET %I = %s WHERE position($1 IN %I::text) > 0', v_column.relname, v_column.attname, v_value, v_column.attname)
        USING p_address, p_instead;
      GET DIAGNOSTICS v_rows = ROW_COUNT;
      changed := changed + v_rows;
    EXCEPTION WHEN insufficient_privilege THEN
      kept_in := kept_in || (v_column.relname || '.' || v_column.attname)::text;
    END;
  END LOOP;
  PERFORM pg_catalog.set_config('center.erasing_address', '', true);
  RETURN NEXT;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION erase_person_rows(uuid, text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION erase_person_rows(uuid, text, text) TO center_writer;
