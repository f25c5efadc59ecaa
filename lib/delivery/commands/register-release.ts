import { z } from "zod";
import { pluginReleases } from "@/db/schema/delivery";
import { requireAllTenants } from "@/lib/access/people/require-all-tenants";
import { INCIDENT_TYPES } from "@/lib/detection/types";
import { defineCommand } from "@/lib/gateway/define-command";
import { refuse } from "@/lib/kernel/refusal";
import { parseVersion } from "@/lib/kernel/semver";
import { LIMITS } from "@/lib/platform/limits";
import { releaseItem } from "../release-item";

const word = /^[a-z0-9]+([._-][a-z0-9]+)*$/;
const path = z.string().min(1).max(LIMITS.archivePathBytes);

const input = z.strictObject({
  pluginKey: z.string().regex(word, "lower-case letters and digits, separated by . _ or -").max(128),
  version: z.string().refine((version) => parseVersion(version) !== null, "a version such as 1.2.3"),
  channel: z.string().regex(word).max(32).default("stable"),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "64 lower-case hex digits"),
  length: z.number().int().min(1).max(LIMITS.artifactBytes),
  schemaEffect: z.enum(["none", "reversible", "irreversible"]).default("none"),
  /** How much it weighs: what is high is taken by some merchants only with people's signatures. */
  impact: z.enum(["normal", "high"]).optional(),
  /** Incident types that this version claims to end. */
  fixes: z.array(z.enum(INCIDENT_TYPES)).max(INCIDENT_TYPES.length).default([]),
  minPlatform: z.string().max(64).nullish(),
  minRuntime: z.string().max(64).nullish(),
  smokeTests: z.array(path).max(20).default([]),
});

/** A vendor's new version is announced by its manifest; it may be shipped once its very bytes are stored (artifact.store). */
export const registerRelease = defineCommand({
  name: "release.register",
  permission: "release:write",
  input,

  async apply(tx, { minPlatform = null, minRuntime = null, smokeTests, impact, ...given }, { actor, now, newId }) {
    requireAllTenants(actor, "Releases");
    const { pluginKey, version, sha256, length, schemaEffect } = given;
    const signed = { plugin_key: pluginKey, version, sha256, length, min_platform: minPlatform, min_runtime: minRuntime };
    const manifest = { ...signed, schema_effect: schemaEffect, smoke_tests: smokeTests, ...(impact ? { impact } : {}) };
    // Who may approve depends on who made it, so a body cannot say it.
    const author = actor.email ?? actor.id;
    const inserted = await tx
      .insert(pluginReleases)
      .values({ ...given, id: newId(), manifest, author, status: "draft", createdAt: now })
      .onConflictDoNothing({ target: [pluginReleases.pluginKey, pluginReleases.version] })
      .returning();
    const row = inserted[0] ?? refuse("conflict", `There is a release ${pluginKey} ${version} already`);
    const result = releaseItem(row);
    return {
      subject: `release:${row.id}`,
      tenantId: null,
      before: null,
      after: result,
      events: [{ name: "release.registered", payload: { releaseId: row.id, pluginKey, version } }],
      result,
    };
  },
});
