import { z } from "zod";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { requireStepUp } from "@/lib/access/step-up/require-step-up";
import { defineCommand } from "@/lib/gateway/define-command";
import { digestOf } from "@/lib/kernel/canonical-json";
import { LIMITS } from "@/lib/platform/limits";
import type { TufFile } from "../judge-bundle";
import { takeBundle } from "./take-bundle";

/** Signed metadata as its signer wrote it; the text is kept byte for byte. */
export const bundleSchema = z.strictObject({
  documents: z
    .array(z.strictObject({ role: z.string().min(1).max(128), text: z.string().min(1).max(LIMITS.tufMetadataBytes) }))
    .min(1)
    .max(LIMITS.tufBundleFiles),
});

/** In the order in which they build on each other: roots by version as they came, then targets, then vendors. */
function inOrder(documents: readonly TufFile[]): TufFile[] {
  const rank = ({ role }: TufFile) => (role === "root" ? 0 : role === "targets" ? 1 : 2);
  return documents.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * A vendor's or the root's next metadata arrives. Whoever brings it is only the bearer: what counts is who signed it, by the thresholds
 * of what is here already.
 */
export const acceptMetadata = defineCommand({
  name: "tuf.accept",
  permission: "release:write",
  input: bundleSchema,

  async apply(tx, { documents }, context) {
    requireAllTenants(context.actor, "Releases");
    return takeBundle(tx, inOrder(documents), false, context);
  },
});

/**
 * The first root: the one document that nothing here can vouch for, and that every agent registered from now on will pin. So it takes
 * a security_admin and a second factor shown for exactly these documents.
 */
export const establishRepository = defineCommand({
  name: "tuf.establish",
  permission: "trust:write",
  input: bundleSchema,

  async apply(tx, { documents }, context) {
    requireAllTenants(context.actor, "The root of trust");
    if (context.actor.kind === "person") await requireStepUp(tx, context.actor, digestOf({ do: "tuf.establish", documents }), context.now);
    return takeBundle(tx, inOrder(documents), true, context);
  },
});
