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
-- A keyed digest of the address that an erased record had: whoever still brings a token for it is told from a stranger.
ALTER TABLE "people" ADD COLUMN "erased_digest" text;
--> statement-breakpoint
CREATE INDEX "people_by_erased_digest" ON "people" USING btree ("erased_digest");
--> statement-breakpoint
-- Where an address stands as a whole: not as the end of a longer one (joann@ for ann@), nor as the beginning of one (x.com for x.co). An apostrophe before
-- it belongs to it within a word and quotes it else; in JSON a line's end is a backslash and a letter.
CREATE FUNCTION address_pattern(p_address text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT '(?:(?<![A-Za-z0-9_+.-])(?<![A-Za-z0-9_+.-]'')|(?<=[^\\](?:\\\\)*\\[bfnrt]))' || regexp_replace(p_address, '([^A-Za-z0-9_@])', '\\\1', 'g')
    || '(?![A-Za-z0-9-]|\.[A-Za-z0-9])'
$$;
--> statement-breakpoint
-- Rows that are only ever added change in one more way: an address that is being erased is replaced in them, and nothing else.
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_pattern text := coalesce(current_setting('center.erasing_address', true), '');
  v_instead text := coalesce(current_setting('center.erasing_instead', true), '');
BEGIN
  IF TG_TABLE_NAME NOT LIKE 'audit%' AND public.gateway_is_open() AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    IF TG_OP = 'DELETE' AND to_jsonb(OLD) ->> 'tenant_id' = current_setting('center.erasing', true) THEN
      RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND v_pattern <> '' AND regexp_replace(to_jsonb(NEW)::text, v_pattern, v_instead, 'gi')
      = regexp_replace(to_jsonb(OLD)::text, v_pattern, v_instead, 'gi') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
--> statement-breakpoint
-- Takes a person's address out of every row but those of the audit log (which never had it), what machines sent, and what approvers signed; and takes
-- away what they signed in with, and the answers that were kept of calls that named them. Only for somebody who is disabled and whom one person asked to
-- erase (the other one's gateway transaction calls this), or who was erased and whose address turned up once more. What stays is named.
CREATE FUNCTION erase_person_rows(p_person uuid, p_address text, p_instead text) RETURNS TABLE (changed integer, kept_in text[]) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '5s' AS $$
DECLARE
  v_pattern text := public.address_pattern(p_address);
  v_encoded record;
  v_table record;
  v_rows integer;
  v_found boolean;
BEGIN
  changed := 0;
  kept_in := '{}';
  IF NOT public.gateway_is_open() OR NOT public.center_scope_all() OR length(p_address) < 3 OR p_instead ~* v_pattern OR p_instead ~ '[\\]' OR NOT EXISTS (
    SELECT 1 FROM public.people WHERE id = p_person AND is_disabled AND (erased_at IS NOT NULL OR email = p_address AND erase_asked_at IS NOT NULL)) THEN
    RAISE EXCEPTION 'only a person who is disabled, and whom somebody asked to erase, is erased, by the gateway' USING ERRCODE = '42501';
  END IF;
  -- What was signed says for good whom it was signed by; some of it is encoded, and stands beside the same in clear.
  FOR v_encoded IN SELECT * FROM (VALUES ('approver_keys', 'approver', 'approver'), ('approver_keys', 'proof', 'approver'), ('trust_signatures', 'approver', 'approver'),
    ('trust_documents', 'proposed_by', 'concat_ws('' '', proposed_by, settled_by, reason, settled_reason)'), ('trust_documents', 'bytes', 'convert_from(bytes, ''UTF8'')'),
    ('tuf_metadata', 'created_by', 'created_by'), ('tuf_metadata', 'body', 'body'),
    ('plan_approvals', 'envelope', 'CASE WHEN envelope IS NOT NULL THEN approver END')) AS signed (relname, attname, said) LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM public.%I WHERE %s ~* $1)', v_encoded.relname, v_encoded.said) INTO v_found USING v_pattern;
    IF v_found THEN
      kept_in := kept_in || (v_encoded.relname || '.' || v_encoded.attname);
    END IF;
  END LOOP;
  PERFORM pg_catalog.set_config('center.erasing_address', v_pattern, true), pg_catalog.set_config('center.erasing_instead', p_instead, true);
  DELETE FROM public.person_credentials WHERE person_id = p_person;
  DELETE FROM public.person_clients WHERE person_id = p_person;
  DELETE FROM public.person_notices WHERE person_id = p_person;
  DELETE FROM public.totp_factors WHERE person_id = p_person;
  DELETE FROM public.step_ups WHERE person_id = p_person;
  DELETE FROM public.passkey_challenges WHERE person_id = p_person;
  DELETE FROM public.passkeys WHERE person_id = p_person;
  DELETE FROM public.access_links WHERE person_id = p_person;
  DELETE FROM public.idempotency_keys WHERE concat_ws(' ', actor, answer::text) ~* v_pattern;
  UPDATE public.person_sessions SET agent = '', ended_at = coalesce(ended_at, now()) WHERE person_id = p_person;
  UPDATE public.people SET name = '', roles = '{}', tenants = '{}', idp_subject = NULL WHERE id = p_person;
  FOR v_table IN SELECT c.relname, string_agg(format('%I::text', a.attname), ', ' ORDER BY a.attnum) AS texts,
    string_agg(format('%1$I = regexp_replace(%1$I::text, $1, $2, ''gi'')::%2$s', a.attname, a.atttypid::regtype), ', ' ORDER BY a.attnum) AS changes
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND a.atttypid::regtype::text IN ('text', 'text[]', 'jsonb', 'json')
      AND c.relname NOT LIKE 'audit%' AND c.relname NOT IN ('plugin_heartbeats', 'module_records', 'module_spans', 'approver_keys', 'trust_documents', 'trust_signatures',
        'tuf_metadata', 'artifacts', 'installation') GROUP BY c.relname ORDER BY c.relname LOOP
    BEGIN
      EXECUTE format('UPDATE public.%I SET %s WHERE position($3 in lower(concat_ws('' '', %s))) > 0 AND concat_ws('' '', %s) ~* $1',
        v_table.relname, v_table.changes, v_table.texts, v_table.texts) USING v_pattern, p_instead, lower(p_address);
      GET DIAGNOSTICS v_rows = ROW_COUNT;
      changed := changed + v_rows;
    EXCEPTION WHEN insufficient_privilege THEN
      kept_in := kept_in || v_table.relname::text;
    END;
  END LOOP;
  PERFORM pg_catalog.set_config('center.erasing_address', '', true);
  RETURN NEXT;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION erase_person_rows(uuid, text, text), address_pattern(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION erase_person_rows(uuid, text, text) TO center_writer;
