-- What the search is asked for by the beginning of an id, or by a trace, is found by an index over all tenants.
CREATE INDEX "plugin_incidents_by_id" ON "plugin_incidents" USING btree ("id");
--> statement-breakpoint
CREATE INDEX "module_incidents_by_id" ON "module_incidents" USING btree ("id");
--> statement-breakpoint
CREATE INDEX "audit_entries_by_trace" ON "audit_entries" USING btree ("trace_id");
