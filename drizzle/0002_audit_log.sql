CREATE TABLE "audit_checkpoints" (
	"size" bigint PRIMARY KEY NOT NULL,
	"root" "bytea" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"keyid" text NOT NULL,
	"note" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_nodes" (
	"level" integer NOT NULL,
	"position" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	CONSTRAINT "audit_nodes_level_position_pk" PRIMARY KEY("level","position")
);
--> statement-breakpoint
CREATE INDEX "audit_entries_by_at" ON "audit_entries" USING btree ("at","id");
--> statement-breakpoint
CREATE INDEX "audit_entries_unsealed" ON "audit_entries" USING btree ("at","id") WHERE "audit_entries"."seq" is null;
--> statement-breakpoint
-- Entries stay as they were written, whoever asks: the one change they know is that sealing gives them their place and hash, once.
CREATE FUNCTION guard_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND OLD.leaf_hash IS NULL AND NEW.seq IS NOT NULL AND NEW.leaf_hash IS NOT NULL
    AND to_jsonb(NEW) - 'seq' - 'leaf_hash' = to_jsonb(OLD) - 'seq' - 'leaf_hash' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = '42501';
END $$;
--> statement-breakpoint
CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION guard_audit_entry();
--> statement-breakpoint
CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE ON audit_nodes FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER a_append_only BEFORE UPDATE OR DELETE ON audit_checkpoints FOR EACH ROW EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER a_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER a_no_truncate BEFORE TRUNCATE ON audit_nodes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
CREATE TRIGGER a_no_truncate BEFORE TRUNCATE ON audit_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
--> statement-breakpoint
-- Gives committed entries their places in the log, in the order of p_ids, with the hashes of the subtrees they complete (hashes as hex).
-- Places stay dense: it refuses a first place that is not the log's end, and an entry that has one already.
CREATE FUNCTION audit_seal(p_first bigint, p_ids uuid[], p_leaves text[], p_levels integer[], p_positions bigint[], p_hashes text[])
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  v_sealed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(7105663);
  IF p_first <> (SELECT coalesce(max(seq) + 1, 0) FROM public.audit_entries) THEN
    RAISE EXCEPTION 'the audit log does not end at %', p_first USING ERRCODE = '40001';
  END IF;
  UPDATE public.audit_entries e SET seq = p_first + n.place - 1, leaf_hash = decode(n.leaf, 'hex')
    FROM unnest(p_ids, p_leaves) WITH ORDINALITY AS n (id, leaf, place) WHERE e.id = n.id AND e.seq IS NULL;
  GET DIAGNOSTICS v_sealed = ROW_COUNT;
  IF v_sealed <> cardinality(p_ids) THEN
    RAISE EXCEPTION 'an entry was sealed before' USING ERRCODE = '40001';
  END IF;
  INSERT INTO public.audit_nodes (level, position, hash)
    SELECT n.level, n.place, decode(n.hash, 'hex') FROM unnest(p_levels, p_positions, p_hashes) AS n (level, place, hash);
END $$;
--> statement-breakpoint
-- Keeps a checkpoint; answers false when the log was vouched for at that length, or a greater one, before.
CREATE FUNCTION audit_checkpoint(p_size bigint, p_root text, p_at timestamptz, p_keyid text, p_note text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(7105664);
  IF p_size <= (SELECT max(size) FROM public.audit_checkpoints) THEN RETURN false; END IF;
  INSERT INTO public.audit_checkpoints (size, root, at, keyid, note) VALUES (p_size, decode(p_root, 'hex'), p_at, p_keyid, p_note) ON CONFLICT DO NOTHING;
  RETURN FOUND;
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION guard_audit_entry(), audit_seal(bigint, uuid[], text[], integer[], bigint[], text[]),
  audit_checkpoint(bigint, text, timestamptz, text, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION audit_seal(bigint, uuid[], text[], integer[], bigint[], text[]), audit_checkpoint(bigint, text, timestamptz, text, text) TO center_auditor;
--> statement-breakpoint
GRANT SELECT ON audit_nodes, audit_checkpoints TO center_auditor, center_reader;
