import { expect, test } from "vitest";
import { checkDecision } from "@/lib/sira/contract/check-decision";
import { release, siraRequest } from "@/test/fixtures/sira-request";

const good = {
  action: "patch",
  patch_version: "1.2.3",
  confidence: 0.87,
  propensity: 1,
  evidence_for: [{ fact: "claims", weight: 2 }],
  evidence_against: [],
  model_version: "remote-1",
};
const request = siraRequest({ context: { releases: [release("1.2.3"), release("1.2.4", { failed_here: true }), release("1.2.1")] } });
const without = (key: keyof typeof good) => Object.fromEntries(Object.entries(good).filter(([name]) => name !== key));

test.each([
  ["a good answer", good],
  ["a notice without a version", { ...without("patch_version"), action: "notify" }],
])("%s goes on to policy", (_, answer) => expect(checkDecision(request, answer).ok).toBe(true));

test.each([
  ["an unknown action", { ...good, action: "format_disk" }],
  ["a confidence that is no number", { ...good, confidence: Number.NaN }],
  ["a confidence above one", { ...good, confidence: 1.01 }],
  ["a confidence as text", { ...good, confidence: "0.9" }],
  ["an infinite weight", { ...good, evidence_for: [{ fact: "x", weight: Number.POSITIVE_INFINITY }] }],
  ["a propensity of zero", { ...good, propensity: 0 }],
  ["a member that is not in the contract", { ...good, approved: true }],
  ["a missing member", without("confidence")],
  ["a patch without its version", without("patch_version")],
  ["another tenant's patch", { ...good, patch_version: "9.9.9" }],
  ["a patch that failed here", { ...good, patch_version: "1.2.4" }],
  ["a downgrade that calls itself a patch", { ...good, patch_version: "1.2.1" }],
  ["a notice that carries a patch", { ...good, action: "notify" }],
  ["a rollback to nowhere", { ...without("patch_version"), action: "rollback" }],
  ["nothing", null],
  ["a list", [good]],
])("%s is refused with a reason", (_, answer) => {
  const checked = checkDecision(request, answer);
  expect(checked.ok).toBe(false);
  expect(checked).toMatchObject({ reason: expect.stringMatching(/.+/) });
});
