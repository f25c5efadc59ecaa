-- Messages that were delivered, or given up, are kept for a while as an answer to "was I told?", and then forgotten.
GRANT DELETE ON webhook_deliveries TO center_writer;
--> statement-breakpoint
CREATE INDEX "webhook_deliveries_finished" ON "webhook_deliveries" USING btree ("finished_at") WHERE "webhook_deliveries"."finished_at" is not null;
--> statement-breakpoint
CREATE INDEX "outbox_dispatched" ON "outbox" USING btree ("dispatched_at") WHERE "outbox"."dispatched_at" is not null;
--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");
