import { requireKnownCaller, type SignedHeaders, verifyCaller } from "@/lib/access/credentials/signed-caller";
import { RateLimits } from "@/lib/access/rates/rate-limits";
import { refuse } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { findModule, findModuleByToken, type KnownModule } from "./modules/module-directory";
import { ingestTokenDigest } from "./modules/module-secrets";
import type { Actor } from "./types";

/** A module service whose signature over these bytes was verified. */
export interface SignedModule extends KnownModule {
  readonly webhookId: string;
}

/** A service that may send signals: by signature, or by a token, which bears no message id. */
export interface IngestModule extends KnownModule {
  readonly webhookId: string | null;
}

const BEARER = /^Bearer (\S{1,100})$/i;

const perModule = new RateLimits({ burst: LIMITS.moduleCallBurst, perMinute: LIMITS.moduleCallsPerMinute });

/** The signing headers of a request. */
export function moduleHeaders(headers: Headers): SignedHeaders {
  return {
    callerId: headers.get("module-id"),
    webhookId: headers.get("webhook-id"),
    webhookTimestamp: headers.get("webhook-timestamp"),
    webhookSignature: headers.get("webhook-signature"),
  };
}

function admit(moduleId: string, now: Date): void {
  const wait = perModule.take(moduleId, now.getTime());
  if (wait > 0) refuse("too-many", "This module sends more than it may", { retryAfterSeconds: Math.ceil(wait) });
}

/**
 * Proves which module service sent some bytes, before anything of their meaning is read.
 *
 * @throws Refusal unauthenticated for whatever does not prove it, without saying which part; too-many over the module's rate
 */
export async function authenticateModule(headers: SignedHeaders, body: Uint8Array, now: Date): Promise<SignedModule> {
  const { known, webhookId } = await verifyCaller("module", headers, body, now, (id) => findModule(id, now));
  admit(known.moduleId, now);
  return { ...known, webhookId };
}

/**
 * The same for signals, which may also come from an unmodified OpenTelemetry SDK: it signs nothing, and shows a token that is good for
 * signals of its service and for nothing else.
 *
 * @throws Refusal unauthenticated, too-many
 */
export async function authenticateIngest(headers: Headers, body: Uint8Array, now: Date): Promise<IngestModule> {
  const bearer = BEARER.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer === undefined) return authenticateModule(moduleHeaders(headers), body, now);
  const known = await findByBearer(bearer, now);
  if (!known) return refuse("unauthenticated", "Unknown token");
  admit(known.moduleId, now);
  return { ...known, webhookId: null };
}

async function findByBearer(bearer: string, now: Date): Promise<KnownModule | null> {
  const digest = ingestTokenDigest(bearer);
  return digest === null ? null : findModuleByToken(digest, now);
}

/** Whether a signed message names a service that there is, asked before its body is read. @throws Refusal unauthenticated */
export async function requireKnownModule(headers: SignedHeaders, now: Date): Promise<void> {
  await requireKnownCaller("module", headers, now, (id) => findModule(id, now));
}

/** The same for signals, which may also come by token. @throws Refusal unauthenticated */
export async function requireKnownIngest(headers: Headers, now: Date): Promise<void> {
  const bearer = BEARER.exec(headers.get("authorization") ?? "")?.[1];
  if (bearer === undefined) return requireKnownModule(moduleHeaders(headers), now);
  if (!(await findByBearer(bearer, now))) refuse("unauthenticated", "Unknown token");
}

/** The actor behind a signed request of a module service, within the tenants it serves. */
export function moduleActor(module: KnownModule): Actor {
  return { kind: "module", id: `module:${module.moduleKey}`, email: null, roles: [], tenants: { kind: "set", ids: [...module.tenants] } };
}
