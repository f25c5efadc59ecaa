import { verifyCaller } from "@/lib/access/credentials/signed-caller";
import { RateLimits } from "@/lib/access/rates/rate-limits";
import { refuse } from "@/lib/kernel/refusal";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { peerOf } from "./adapters/client-address";
import { clientCertificateOf } from "./adapters/client-certificate";
import { findPlugin, type KnownPlugin } from "./plugins/plugin-directory";
import type { Actor } from "./types";

/** The four headers by which a plugin signs a body, wherever they stood (a request, or a line of a relay's batch). */
export interface PluginHeaders {
  readonly pluginId: string | null;
  readonly webhookId: string | null;
  readonly webhookTimestamp: string | null;
  readonly webhookSignature: string | null;
  /** Which client certificate was shown (client-certificate.ts); none where the message did not come over a connection of the plugin's own. */
  readonly clientSpki?: string | null;
}

/** A plugin whose signature over these bytes was verified. */
export interface SignedPlugin extends KnownPlugin {
  readonly webhookId: string;
}

const perPlugin = new RateLimits({ burst: LIMITS.beatBurst, perMinute: LIMITS.beatsPerMinute });

/** The signing headers of a request. */
export function pluginHeaders(headers: Headers): PluginHeaders {
  return {
    pluginId: headers.get("plugin-id"),
    webhookId: headers.get("webhook-id"),
    webhookTimestamp: headers.get("webhook-timestamp"),
    webhookSignature: headers.get("webhook-signature"),
    clientSpki: clientCertificateOf(headers, peerOf(headers), systemClock.now()),
  };
}

/**
 * Proves who sent some bytes, before anything of their meaning is read. What could be nobody's costs no look-up.
 *
 * @throws Refusal unauthenticated for whatever does not prove it, without saying which part (but for a missing client certificate, said to
 *         whoever signed well); too-many over the plugin's rate;
 *         unavailable while too many unknown ids wait to be looked up
 */
export async function authenticatePlugin(headers: PluginHeaders, body: Uint8Array, now: Date): Promise<SignedPlugin> {
  const { known, webhookId } = await verifyCaller("plugin", { ...headers, callerId: headers.pluginId }, body, now, (id) =>
    findPlugin(id, now),
  );
  if (known.clientSpki !== null && known.clientSpki !== headers.clientSpki) {
    refuse("unauthenticated", "This plugin must show the client certificate that it is bound to", {
      code: "ERR_CLIENT_CERTIFICATE",
      why: "certificate",
    });
  }
  const wait = perPlugin.take(known.pluginId, now.getTime());
  if (wait > 0) refuse("too-many", "This plugin sends more than it may", { retryAfterSeconds: Math.ceil(wait) });
  return { ...known, webhookId };
}

/** The actor behind a signed request. */
export function pluginActor(plugin: KnownPlugin): Actor {
  return { kind: "plugin", id: `plugin:${plugin.pluginId}`, email: null, roles: [], tenants: { kind: "set", ids: [plugin.tenantId] } };
}
