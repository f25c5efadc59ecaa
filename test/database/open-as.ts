import postgres from "postgres";
import { type DatabaseRole, roleUrl } from "@/db/roles";
import { TEST_MASTER_KEY } from "./cluster";

function urlFor(role: DatabaseRole | "owner" | "superuser"): string {
  const owner = process.env.DATABASE_URL ?? "";
  if (role === "owner") return owner;
  if (role !== "superuser") return roleUrl(owner, role, Buffer.from(TEST_MASTER_KEY, "base64"));
  const url = new URL(process.env.TEST_SUPERUSER_URL ?? "");
  url.pathname = new URL(owner).pathname;
  return url.href;
}

/** A connection of a test's own to its file's database, one at a time so that statements follow each other; the caller ends it. */
export function openAs(role: DatabaseRole | "owner" | "superuser"): postgres.Sql {
  return postgres(urlFor(role), { max: 1, onnotice: () => undefined });
}
