import { moduleActor, type SignedModule } from "@/lib/access/authenticate-module";
import { readTrust } from "@/lib/access/trust";
import { runCommand } from "@/lib/gateway/run-command";
import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import { Refusal } from "@/lib/kernel/refusal";
import { LIMITS } from "@/lib/platform/limits";
import { log } from "@/lib/platform/log";
import { describeModule } from "../commands/describe-module";
import { offerOrders } from "../commands/offer-orders";
import { type EntitlementsAnswer, entitlementsAnswer } from "../entitlements-answer";
import { readAttention } from "../queries-channel";
import type { ModuleBeat } from "../types";

/** What follows from a stored beat. */
export interface ModuleFollowUp {
  readonly nextBeatInSeconds: number;
  readonly commands: readonly unknown[];
  readonly entitlements: EntitlementsAnswer | null;
  readonly isManifestWanted: boolean;
  /** Ids of the keys that sign orders now; whoever pins another one hears of it here. */
  readonly keyids: readonly string[];
}

/** A module acts for the platform it is part of, and for the tenants that it serves. */
export function channelActor(module: SignedModule) {
  const actor = moduleActor(module);
  const ids = actor.tenants.kind === "set" ? [PLATFORM_TENANT, ...actor.tenants.ids] : [PLATFORM_TENANT];
  return { ...actor, tenants: { kind: "set", ids } } as const;
}

/** An expected "no" leaves things as they are: the next beat asks again. */
async function unlessRefused<Result>(work: Promise<Result>, otherwise: Result): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.kind !== "conflict") log.warn("WARN_MODULE_REFUSED", error.message);
    return otherwise;
  }
}

/** Keys change about never, and every beat of every module asks. */
let keys: { readonly keyids: readonly string[]; readonly untilMs: number } | null = null;
async function readKeyids(now: Date): Promise<readonly string[]> {
  if (keys === null || keys.untilMs <= now.getTime()) {
    const trust = await readTrust(now);
    keys = { keyids: trust.keys.map(({ keyid }) => keyid), untilMs: now.getTime() + LIMITS.moduleTrustCacheMs };
  }
  return keys.keyids;
}

/** Describes, entitles and hands out orders once a beat is durable. */
export async function afterModuleBeat(module: SignedModule, { data }: ModuleBeat, now: Date): Promise<ModuleFollowUp> {
  const { moduleId, moduleKey, criticality } = module;
  const actor = channelActor(module);
  const attention = await readAttention(moduleId);
  const isOther = attention !== null && attention.manifestDigest !== data.manifest_digest;
  if (isOther && data.manifest) {
    await unlessRefused(runCommand(describeModule, { input: { moduleId, moduleKey, manifest: data.manifest }, actor, now }), null);
  }
  const offered = attention?.hasOrders
    ? await unlessRefused(runCommand(offerOrders, { input: { moduleId, moduleKey }, actor, now }), { envelopes: [] })
    : { envelopes: [] };
  const isQuiet = data.health.status === "ok" && !attention?.hasOrders;
  const entitled = criticality === "core" ? [...module.tenants] : (attention?.entitled ?? []);
  return {
    nextBeatInSeconds: isQuiet ? LIMITS.moduleBeatSeconds : LIMITS.moduleBeatBusySeconds,
    commands: offered.envelopes,
    entitlements: attention && entitlementsAnswer(moduleKey, entitled, data.entitlements_digest ?? null),
    isManifestWanted: isOther && !data.manifest,
    keyids: await readKeyids(now),
  };
}
