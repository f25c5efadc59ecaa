import { PLATFORM_TENANT } from "@/lib/kernel/platform-tenant";
import type { BatchUnderWay } from "../batch-under-way";
import { judgeTenant } from "../judge-tenant";
import { SURFACES, type Surface } from "../types";
import { OTLP_NAMES, type OtlpKind } from "./otlp-messages";
import { type Attributes, attributesOf, listOf, objectOf, type Plain, textOf } from "./otlp-values";

/** One log record, span or metric with what frames it. */
export interface FramedItem {
  readonly item: Plain;
  /** Its place among all items of the request, from 1. */
  readonly line: number;
  readonly resource: Attributes;
  readonly scope: Attributes;
  readonly scopeName: string;
}

/**
 * Walks a request's items. A resource that speaks as another service than the sender's is refused with all it holds.
 * @throws Refusal unreadable for what is no such request
 */
export function* itemsOf(request: Plain, kind: OtlpKind, batch: BatchUnderWay): Generator<FramedItem> {
  const names = OTLP_NAMES[kind];
  let line = 0;
  for (const ofResource of listOf(request[names.resource])) {
    const resource = attributesOf(objectOf(ofResource.resource).attributes);
    const isOwn = resource["service.name"] === batch.sender.moduleKey;
    for (const scoped of listOf(ofResource[names.scope])) {
      const scope = objectOf(scoped.scope);
      const frame = { resource, scope: attributesOf(scope.attributes), scopeName: textOf(scope.name) ?? "" };
      for (const item of listOf(scoped[names.item])) {
        line += 1;
        if (isOwn) yield { item, line, ...frame };
        else batch.refuse(line, "ERR_INVALID", `service.name is not ${batch.sender.moduleKey}`);
      }
    }
  }
}

/** An attribute by one of its names, from the nearest that has it: the item, its scope, its resource. */
function nearest(names: readonly string[], item: Attributes, framed: FramedItem): string | null {
  for (const attributes of [item, framed.scope, framed.resource]) {
    for (const name of names) {
      const value = attributes[name];
      if (typeof value === "string" && value !== "") return value;
    }
  }
  return null;
}

/**
 * Whose an item is, by the attribute `tenant.id`. One that does not say is the platform's own, and a violation: an unmodified SDK knows
 * of no tenants, and what it tells must not be lost.
 *
 * @returns null for one that was refused
 */
export function tenantOfItem(batch: BatchUnderWay, framed: FramedItem, item: Attributes, traceId: string | null): string | null {
  const claimed = nearest(["tenant.id", "tenant_id"], item, framed);
  const verdict = judgeTenant(claimed, batch.sender);
  if (verdict.isOwn || verdict.violation !== "ERR_TENANT_MISSING") return batch.tenantOf(claimed, framed.line, traceId);
  batch.violate("ERR_TENANT_MISSING", { claimed: null, traceId, line: framed.line });
  return PLATFORM_TENANT;
}

/** On which surface it happened, by the attribute `reliability.surface`. */
export function surfaceOf(framed: FramedItem, item: Attributes, usual: Surface): Surface {
  const said = nearest(["reliability.surface"], item, framed);
  return SURFACES.find((surface) => surface === said) ?? usual;
}
