import { afterAll } from "vitest";
import { closeConnections } from "@/db/connection";
import { pressureGauge } from "@/lib/platform/overload/pressure-gauge";
import { asSuperuser, copyTemplate, ownerUrl, TEST_MASTER_KEY } from "./cluster";

const superuserUrl = process.env.TEST_SUPERUSER_URL;
if (!superuserUrl) throw new Error("TEST_SUPERUSER_URL is set by global-setup.ts");

const database = await copyTemplate(superuserUrl);
process.env.DATABASE_URL = ownerUrl(superuserUrl, database);
process.env.MASTER_KEY = TEST_MASTER_KEY;
process.env.CRON_SECRET = "test-cron-secret-0123456789abcdef";
process.env.NEXTAUTH_SECRET = "test-nextauth-secret-0123456789ab";
process.env.LOG_LEVEL = "silent";

// How busy the machine of a test is says nothing; what is turned away under pressure is tested with queues that are full.
Object.defineProperty(pressureGauge, "tick", { value: () => undefined });

afterAll(async () => {
  await closeConnections();
  await asSuperuser(superuserUrl, (sql) => sql.unsafe(`drop database if exists ${database} with (force)`));
});
