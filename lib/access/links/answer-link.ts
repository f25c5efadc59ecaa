import { z } from "zod";
import { runCommand } from "@/lib/gateway/run-command";
import { Refusal, refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { describeRoute } from "@/lib/platform/openapi/route-description";
import { readJson, respond, route } from "@/lib/platform/web/http";
import { clientOf } from "../adapters/client-address";
import { forgetPerson } from "../people/person-directory";
import { RateLimits } from "../rates/rate-limits";
import { systemActor } from "../system-actor";
import { redeemLink } from "./commands/redeem-link";
import { showLink } from "./queries-links";

const tries = new RateLimits({ burst: LIMITS.linkTriesBurst, perMinute: LIMITS.linkTriesPerMinute });

function takeTry(request: Request, now: Date): void {
  const wait = tries.take(clientOf(request.headers), now.getTime());
  if (wait > 0) refuse("too-many", "Too many tries", { retryAfterSeconds: wait });
}

const token = z.string().min(1).max(128);
const shown = z.strictObject({ token });
const chosen = z.looseObject({ token });
const missing = () => new Refusal("not-found", "This link does not work any more");

/** What a one-time link is for. The link itself travels in the body, never in an address. */
export const describeLink = route(async (request: Request) => {
  const now = systemClock.now();
  takeTry(request, now);
  const body = await readJson(request, shown, LIMITS.signInBodyBytes);
  return respond((await showLink(body.token, now)) ?? missing());
});

/** Takes a one-time link for what it is good for. One that does not work is told so before anything is hashed or written down. */
export const takeLink = route(async (request: Request) => {
  const now = systemClock.now();
  takeTry(request, now);
  const body = await readJson(request, chosen, LIMITS.signInBodyBytes);
  if (!(await showLink(body.token, now))) return respond(missing());
  const done = await runCommand(redeemLink, { input: body, actor: systemActor("sign-in", "login"), now });
  forgetPerson(done.email);
  return respond(done);
});

describeRoute(describeLink, { caller: "anybody", body: { json: shown } });
describeRoute(takeLink, { caller: "anybody", body: { json: redeemLink.input } });
