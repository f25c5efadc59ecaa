-- A data key that is destroyed leaves its row behind, and nothing in it: whatever it sealed opens nowhere any more.
ALTER TABLE "tenant_keys" ADD COLUMN "destroyed_at" timestamp (3) with time zone;
--> statement-breakpoint
ALTER TABLE "tenant_keys" ADD CONSTRAINT "tenant_keys_destroyed_is_empty" CHECK (("destroyed_at" IS NULL) = (length("sealed") > 0));
