import type { Json } from "@/lib/kernel/canonical-json";
import { refuse } from "@/lib/kernel/refusal";
import { type Beat, beatSchema } from "./types";

/** The part of a signed body that ties it to its endpoint and its sender. */
interface Bound {
  readonly type?: unknown;
  readonly data?: { readonly plugin_id?: unknown };
}

/**
 * Refuses a signed body that was meant for another endpoint or speaks for another plugin: a signature covers bytes, not paths.
 *
 * @throws Refusal unauthenticated
 */
export function requireBound(body: Json, type: string, pluginId: string): void {
  const bound = (typeof body === "object" && body !== null && !Array.isArray(body) ? body : {}) as Bound;
  const why = bound.type !== type ? "other_type" : "other_plugin";
  if (bound.type !== type || bound.data?.plugin_id !== pluginId)
    refuse("unauthenticated", "The body does not belong to this endpoint and plugin", { why });
}

/**
 * Gives a parsed body its meaning as a beat.
 *
 * @throws Refusal unauthenticated when it belongs elsewhere, invalid with paths when it does not match the schema
 */
export function readBeat(body: Json, pluginId: string): Beat {
  requireBound(body, "plugin.heartbeat", pluginId);
  const parsed = beatSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.slice(0, 20).map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  return refuse("invalid", "The beat does not match its schema", { errors });
}
