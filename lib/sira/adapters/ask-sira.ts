import { environment } from "@/lib/platform/env";
import { log } from "@/lib/platform/log";
import { checkDecision } from "../check-decision";
import { decide } from "../decide";
import { MODEL_V0 } from "../model-v0";
import type { SiraDecision, SiraRequest } from "../types";
import { askRemoteSira } from "./remote-sira";

/** A proposal and where it came from; `isTrusted` is false when SIRA failed, and then only people are told. */
export interface Proposal {
  readonly decision: SiraDecision;
  readonly source: "local" | "remote" | "fallback";
  readonly isTrusted: boolean;
}

/** What stands in for an answer that did not come or may not be used: tell people, propose nothing. */
function fallback(reason: string): Proposal {
  const decision: SiraDecision = {
    action: "notify",
    confidence: 0,
    propensity: 1,
    evidence_for: [],
    evidence_against: [{ fact: `SIRA gave no usable answer: ${reason}`.slice(0, 300), weight: 0 }],
    model_version: "fallback",
  };
  return { decision, source: "fallback", isTrusted: false };
}

/** Asks SIRA, ours or the one at SIRA_API_URL, and lets nothing through that does not belong to the question. */
export async function askSira(request: SiraRequest): Promise<Proposal> {
  const { sira } = environment();
  if (!sira) {
    const checked = checkDecision(request, decide(request, MODEL_V0));
    return checked.ok ? { decision: checked.decision, source: "local", isTrusted: true } : fallback(checked.reason);
  }
  const answer = await askRemoteSira(request, { url: sira.url, token: sira.token });
  if (answer.ok) return { decision: answer.decision, source: "remote", isTrusted: true };
  log.warn("WARN_SIRA_FALLBACK", `SIRA gave no usable answer: ${answer.reason}`, { tenant_id: request.incident.tenant_id });
  return fallback(answer.reason);
}
