-- Who made the policy looser, and when: they approve no plan that stands under it for a day.
CREATE TABLE "policy_loosenings" (
	"version" integer PRIMARY KEY NOT NULL,
	"people" text[] NOT NULL,
	"members" text[] NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "policy_loosenings_newest" ON "policy_loosenings" USING btree ("at");
--> statement-breakpoint
SELECT center_govern('policy_loosenings'::regclass, true);
