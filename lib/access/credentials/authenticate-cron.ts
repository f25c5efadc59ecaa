import { createHash, timingSafeEqual } from "node:crypto";
import { refuse } from "@/lib/kernel/refusal";
import { requireSetting } from "@/lib/platform/env";

/** Lets in whoever bears CRON_SECRET. @throws Refusal unauthenticated */
export function requireCron(request: Request): void {
  const offered = request.headers.get("authorization") ?? "";
  const digest = (text: string) => createHash("sha256").update(text).digest();
  if (!timingSafeEqual(digest(offered), digest(`Bearer ${requireSetting("cronSecret")}`))) refuse("unauthenticated", "Unknown caller");
}
