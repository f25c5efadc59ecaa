-- An address may rest for a while: nothing is sent to it but what its keeper asks for, and its secret stays.
ALTER TABLE "webhook_endpoints" ADD COLUMN "is_paused" boolean NOT NULL DEFAULT false;
