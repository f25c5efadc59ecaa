-- Since when a module runs its version, and which one before: a release is gone back from only where one came.
ALTER TABLE "module_service_state" ADD COLUMN "version_before" text;
--> statement-breakpoint
ALTER TABLE "module_service_state" ADD COLUMN "version_since" timestamp (3) with time zone;
