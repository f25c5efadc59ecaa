import { cookies, headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { authenticatePerson, authenticateSession } from "@/lib/access/authenticate-person";
import { may } from "@/lib/access/roles";
import type { Actor, Permission } from "@/lib/access/types";
import { systemClock } from "@/lib/platform/clock";
import { environment } from "@/lib/platform/env";
import { requireActionOpen } from "@/lib/platform/web/blocks/blocks";

/** Who asks for this page; asked once per request. A session that ended leads to the sign-in page. */
export const signedIn = cache(async (): Promise<Actor> => {
  const jar = new Map((await cookies()).getAll().map(({ name, value }) => [name, value]));
  const actor = await authenticateSession(jar, systemClock.now());
  return actor ?? redirect("/signin?ended=1");
});

/** The person asking, where they may do this; else null, and the page says which role is missing. */
export async function signedInWith(permission: Permission): Promise<Actor | null> {
  const actor = await signedIn();
  return may(actor, permission) ? actor : null;
}

/**
 * Who sent a server action. Next runs actions also when no origin is given, so the rule of the ops API is asked here too:
 * a session counts only from our own pages.
 *
 * @throws Refusal unauthenticated or forbidden
 */
export async function acting(): Promise<Actor> {
  const given = new Headers(await headers());
  await requireActionOpen(given.get("next-action") ?? "");
  const request = new Request(environment().publicUrl, { method: "POST", headers: given });
  return authenticatePerson(request, systemClock.now());
}
