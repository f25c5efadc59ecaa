-- What each measure of a module last said and where it was expected; and which rows carry the larger memory for slow drifts
-- (LIMITS.moduleBankRows, beside one row a module for all tenants).
ALTER TABLE "module_streams" ADD COLUMN "heard" jsonb DEFAULT '{}'::jsonb NOT NULL;
--> statement-breakpoint
ALTER TABLE "module_streams" ADD COLUMN "has_banks" boolean DEFAULT false NOT NULL;
--> statement-breakpoint
CREATE INDEX "module_streams_with_banks" ON "module_streams" USING btree ("tenant_id","module_id") WHERE "module_streams"."has_banks";
--> statement-breakpoint
CREATE INDEX "module_streams_by_module" ON "module_streams" USING btree ("module_id");
