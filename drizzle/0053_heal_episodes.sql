-- A heal action says in which coming back of its incident it was proposed: what helped then may help again. When it is due, its facts say.
ALTER TABLE "heal_actions" ADD COLUMN "episode" integer DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "heal_actions" DROP COLUMN "due_at";
--> statement-breakpoint
CREATE INDEX "heal_actions_unended" ON "heal_actions" USING btree ("tenant_id","incident_id") WHERE "heal_actions"."ended_at" is null;
