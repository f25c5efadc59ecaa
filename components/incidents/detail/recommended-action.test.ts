import { expect, test } from "vitest";
import type { PermitItem } from "@/lib/policy/permit/permit-item";
import type { SiraDecision } from "@/lib/sira/types";
import type { IncidentItem } from "../../live/items";
import { recommendedAction } from "./recommended-action";

const decision = (action: SiraDecision["action"]) => ({ action }) as SiraDecision;
const permit = (kind: PermitItem["kind"]) => ({ kind }) as PermitItem;

test.each<{ incident: Partial<IncidentItem>; action: string; why: string }>([
  { incident: { status: "resolved" }, action: "none", why: "it is over" },
  { incident: { status: "healing" }, action: "wait", why: "an attempt runs" },
  { incident: { status: "awaiting_approval" }, action: "approve", why: "a plan waits for people" },
  { incident: { status: "escalated" }, action: "acknowledge", why: "nobody owns it" },
  { incident: { status: "open" }, action: "wait", why: "SIRA has not decided" },
  { incident: { status: "open", sira_decision: decision("notify") }, action: "acknowledge", why: "only people can go on" },
  { incident: { status: "escalated", acknowledged_by: "person:a" }, action: "wait", why: "owned, and nothing proposed" },
  {
    incident: { status: "escalated", acknowledged_by: "person:a", sira_decision: decision("patch") },
    action: "investigate",
    why: "owned, and automation is at its end",
  },
  {
    incident: { status: "open", acknowledged_by: "person:a", sira_decision: decision("rollback"), permit: permit("suggest") },
    action: "roll_back",
    why: "a rollback is only suggested",
  },
])("$incident.status -> $action ($why)", ({ incident, action }) => {
  const known = { status: "open", acknowledged_by: null, sira_decision: null, permit: null, ...incident } as IncidentItem;
  expect(recommendedAction(known)).toBe(action);
});
