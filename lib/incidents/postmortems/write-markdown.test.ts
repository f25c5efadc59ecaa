import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { draftText } from "./draft-text";
import { impactFigures } from "./figures";
import { safeCell, safeText, writeMarkdown } from "./write-markdown";

test.each([
  ["<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"],
  ["[click](javascript:alert(1))", "[click]\\(javascript:alert(1))"],
  ["![x](https://evil.test/p.gif)", "!\\[x]\\(https://evil.test/p.gif)"],
  ["a\u202Eb\u0000c", "a b c"],
  ["one\r\ntwo", "one\ntwo"],
  ["&lt;", "&amp;lt;"],
])("safety case 19: %j becomes %j", (text, safe) => {
  expect(safeText(text)).toBe(safe);
});

test("a cell ends neither its row nor its column", () => {
  expect(safeCell("a\\|b")).toBe("a\\&#124;b");
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(safeCell(text)).not.toMatch(/[\n|]/);
    }),
  );
});

const at = "2026-11-21T10:00:00.000Z";
const line = { id: "1", at, kind: "opened", actor: "system:scan", summary: "60 % of webhooks | failed" };
const figures = impactFigures({
  openedAt: new Date(at),
  detectedAt: new Date("2026-11-21T10:01:00.000Z"),
  resolvedAt: new Date("2026-11-21T10:31:00.000Z"),
  healedAt: [],
  merchants: 1,
  beats: [
    { bootId: "a", sent: 10, failed: 1 },
    { bootId: "a", sent: 110, failed: 61 },
  ],
});
const change = { at, method: "update", from_version: "1.2.2", to_version: "1.2.5", status: "success", requested_by: "system:sira" };
const facts = { computed_at: at, figures, timeline: [line], center_did: [line], changes: [change] };
const about = { type: "webhook_fail_rate", subject: "demo-pay", merchant: "Atlas", explain: "60 % of webhooks failed." };
const actions = [{ id: "a", what: "Watch the receiver", owner: "ada@center.test", due_on: "2026-12-01", is_done: false }];

test.each(["en", "fr"] as const)("a draft says what is known in %s, and leaves to people what only they know", (language) => {
  const { title, sections } = draftText(about, facts, language);
  expect(title).toBe(language === "fr" ? "demo-pay chez Atlas, 2026-11-21" : "demo-pay at Atlas, 2026-11-21");
  expect(sections.impact).toContain("60");
  expect(sections.summary).toMatch(/^60 % of webhooks failed\. .*31 min\.$/);
  expect([sections.root_cause, sections.went_badly]).toEqual(["", ""]);
});

test("the whole of it as Markdown", () => {
  const { title, sections } = draftText(about, facts, "en");
  const text = writeMarkdown({ title, status: "draft", sections, actions, facts }, "en");
  expect(text).toContain("# demo-pay at Atlas, 2026-11-21\n");
  expect(text).toContain("| Webhooks failed | 60 |");
  expect(text).toContain("60 % of webhooks &#124; failed");
  expect(text).toContain("| Watch the receiver | ada@center.test | 2026-12-01 | no |");
  expect(text).toContain("| 2026-11-21T10:00:00.000Z | update | 1.2.2 | 1.2.5 | success |");
  const empty = { ...facts, timeline: [], center_did: [], changes: [] };
  expect(writeMarkdown({ title, status: "brouillon", sections, actions: [], facts: empty }, "fr").match(/^Aucun\.$/gm)).toHaveLength(4);
});

test("the template that people take along has the same chapters", async () => {
  const unknown = Object.fromEntries(Object.keys(figures).map((name) => [name, null])) as unknown as typeof figures;
  const blank = { summary: "", impact: "", root_cause: "", detection: "", went_well: "", went_badly: "", lessons: "" };
  const none = { computed_at: "", figures: unknown, timeline: [], center_did: [], changes: [] };
  const template = writeMarkdown({ title: "What broke, where, when", status: "draft", sections: blank, actions: [], facts: none }, "en");
  const plain = (text: string) => text.replace(/ +/g, " ").replace(/-{3,}/g, "---");
  expect(plain(readFileSync("docs/templates/postmortem.md", "utf8"))).toBe(plain(template));
});
