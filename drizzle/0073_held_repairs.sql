-- What holds back the order of a repair run at a tenant, so that it is asked for again less and less often and written down once.
ALTER TABLE "repair_run_progress" ADD COLUMN "held_by" text;
