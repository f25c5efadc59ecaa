import { desc, or, type SQL } from "drizzle-orm";
import { pluginReleases } from "@/db/schema/delivery";
import { rollouts } from "@/db/schema/rollout";
import { LIMITS } from "@/lib/platform/limits";
import type { ReaderTx } from "@/lib/platform/scope";
import { containsText } from "@/lib/platform/web/page";
import type { Words } from "../read-words";
import type { Found } from "../types";
import { withinIds } from "./within-ids";

type Named = typeof rollouts | typeof pluginReleases;

/** By plugin, by version, or by the beginning of an id. */
function named(table: Named, words: Words): SQL | undefined {
  return or(containsText(table.pluginKey, words.text), containsText(table.version, words.text), withinIds(table.id, words));
}

/** Releases on their way, newest first; there are as many as people started. */
export async function findRollouts(tx: ReaderTx, words: Words): Promise<readonly Found[]> {
  if (words.text === "") return [];
  const rows = await tx
    .select({ id: rollouts.id, key: rollouts.pluginKey, version: rollouts.version, state: rollouts.state, at: rollouts.startedAt })
    .from(rollouts)
    .where(named(rollouts, words))
    .orderBy(desc(rollouts.startedAt), desc(rollouts.id))
    .limit(LIMITS.searchItemsPerKind);
  return rows.map(({ id, key, version, state, at }) => itemOf("rollout", { id, key, version, status: state, at }));
}

/** Versions that may be shipped, newest first; there are as many as were published. */
export async function findReleases(tx: ReaderTx, words: Words): Promise<readonly Found[]> {
  if (words.text === "") return [];
  const { id, pluginKey, version, status, createdAt } = pluginReleases;
  const rows = await tx
    .select({ id, key: pluginKey, version, status, at: createdAt })
    .from(pluginReleases)
    .where(named(pluginReleases, words))
    .orderBy(desc(createdAt), desc(id))
    .limit(LIMITS.searchItemsPerKind);
  return rows.map((row) => itemOf("release", row));
}

interface Row {
  readonly id: string;
  readonly key: string;
  readonly version: string;
  readonly status: string;
  readonly at: Date;
}

function itemOf(kind: "rollout" | "release", { id, key, version, status, at }: Row): Found {
  return { kind, id, title: `${key} ${version}`, detail: "", tenant_name: null, severity: null, status, at: at.toISOString() };
}
