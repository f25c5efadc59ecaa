-- What the search is asked for by the beginning of an id, or by a trace, is found by an index over all tenants.
-- Every command writes audit entries: while it waits for the table's lock, all of them wait behind it, so it waits for 5 s at most, and a failed
-- migration changes nothing. Where the audit is long, the index is built beforehand, while commands go on (docs/operate.md): it is found here then.
SET LOCAL lock_timeout = '5s';
--> statement-breakpoint
CREATE INDEX "plugin_incidents_by_id" ON "plugin_incidents" USING btree ("id");
--> statement-breakpoint
CREATE INDEX "module_incidents_by_id" ON "module_incidents" USING btree ("id");
--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "audit_entries_by_trace" ON "audit_entries" USING btree ("trace_id");
--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
