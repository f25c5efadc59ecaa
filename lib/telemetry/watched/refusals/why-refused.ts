import type { Refusal } from "@/lib/kernel/refusal";
import { type AgentRoute, REASONS, type Why } from "./reasons";

const isWhy = (text: string | undefined): text is Why => text !== undefined && Object.hasOwn(REASONS, text);

/**
 * Why a refusal was made, for whoever looks after the plugin.
 *
 * @returns null for what is no fault of the sender's: Center itself was away or pressed
 */
export function whyRefused({ kind, details }: Refusal, route: AgentRoute): Why | null {
  if (kind === "unavailable") return null;
  if (isWhy(details.why)) return details.why;
  if (kind === "too-large") return "too_large";
  if (kind === "unsupported-media") return "content_encoding";
  if (kind === "too-many") return "rate";
  if (kind === "unreadable") return "json";
  if (kind === "invalid") return "schema";
  if (kind === "conflict") return "answered_otherwise";
  if (kind === "not-found") return route === "artifact" ? "not_ordered" : "unknown_command";
  return "other";
}
