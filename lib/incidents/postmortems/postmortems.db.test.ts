import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { GET as exportIt } from "@/app/api/ops/(learn)/postmortems/[id]/export/route";
import { incidentEvents } from "@/db/schema/incidents";
import { auditEntries } from "@/db/schema/spine";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { starEvent } from "@/lib/incidents/commands/star-event";
import { read } from "@/lib/platform/scope";
import { personActor } from "@/test/actors";
import { makeAttempt, makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { fiveCases, refusalOf } from "@/test/five-cases";
import { opsRequest } from "@/test/identity/bearer";
import { draftPostmortem } from "./commands/draft-postmortem";
import { publishPostmortem } from "./commands/publish-postmortem";
import { reviewPostmortem } from "./commands/review-postmortem";
import { updatePostmortem } from "./commands/update-postmortem";
import { readPostmortem } from "./queries-postmortems";

const ada = personActor(["operator"], undefined, "ada@center.test");
const bob = personActor(["operator"], undefined, "bob@center.test");
const now = () => new Date();
const everywhere = scopeFor("operate");

/** An incident that lasted half an hour, with the first line of its timeline. */
async function incident() {
  const plugin = await makePlugin((await makeTenant("Atlas")).id);
  const openedAt = new Date(Date.now() - 3_600_000);
  const made = await makeIncident(plugin, {
    openedAt,
    detectedAt: openedAt,
    status: "resolved",
    resolvedAt: new Date(Date.now() - 1_800_000),
  });
  const [line] = await read(everywhere, (tx) => tx.select().from(incidentEvents).where(eq(incidentEvents.incidentId, made.id)));
  return { incident: made, eventId: line?.id ?? "" };
}
const starred = async (eventId: string, incidentId: string) =>
  runCommand(starEvent, { input: { incidentId, eventId, starred: true }, actor: ada, now: now() });
async function drafted() {
  const { incident: about, eventId } = await incident();
  await starred(eventId, about.id);
  return runCommand(draftPostmortem, { input: { incidentId: about.id }, actor: ada, now: now() });
}
async function reviewed() {
  const { id, revision } = await drafted();
  return runCommand(reviewPostmortem, { input: { postmortemId: id, revision }, actor: bob, now: now() });
}
const written = { root_cause: "The receiver’s certificate ran out" };

fiveCases({
  command: starEvent,
  arrange: async () => {
    const { incident: about, eventId } = await incident();
    return { input: { incidentId: about.id, eventId, starred: true }, actor: ada };
  },
  winners: 2,
});
fiveCases({
  command: draftPostmortem,
  arrange: async () => ({ input: { incidentId: (await incident()).incident.id, language: "fr" }, actor: ada }),
  winners: 1,
});
fiveCases({
  command: updatePostmortem,
  arrange: async () => ({ input: { postmortemId: (await drafted()).id, revision: 1, sections: written }, actor: ada }),
  winners: 1,
  works: async ({ id, revision }) => {
    expect(revision).toBe(2);
    expect((await readPostmortem(everywhere, id))?.sections).toMatchObject({ ...written, summary: expect.stringContaining("30 min") });
  },
});
fiveCases({
  command: reviewPostmortem,
  arrange: async () => ({ input: { postmortemId: (await drafted()).id, revision: 1 }, actor: bob }),
  winners: 1,
  works: (result) => expect(result.status).toBe("reviewed"),
});
fiveCases({
  command: publishPostmortem,
  arrange: async () => ({ input: { postmortemId: (await reviewed()).id, revision: 2 }, actor: ada }),
  winners: 1,
  works: (result) => expect(result.status).toBe("published"),
});

describe("a postmortem", () => {
  test("is drafted from starred lines alone, and from the rows around the incident", async () => {
    const { incident: about, eventId } = await incident();
    await makeAttempt(about, {
      status: "success",
      phase: "done",
      createdAt: new Date(about.openedAt.getTime() - 600_000),
      finishedAt: about.openedAt,
    });
    const without = await runCommand(draftPostmortem, { input: { incidentId: about.id }, actor: ada, now: now() });
    expect((await readPostmortem(everywhere, without.id))?.facts.timeline).toEqual([]);
    await starred(eventId, about.id);
    const input = { postmortemId: without.id, revision: 1, sections: written };
    await runCommand(updatePostmortem, { input, actor: ada, now: now() });
    expect((await readPostmortem(everywhere, without.id))?.facts).toMatchObject({
      timeline: [{ id: eventId, kind: "opened" }],
      center_did: [{ kind: "opened", actor: "system:fixtures" }],
      changes: [{ method: "update", to_version: "1.2.3", status: "success" }],
      figures: { resolve_seconds: 1_800, merchants: 1 },
    });
  });

  test("nobody saves over what they did not read, and the words before stay in the audit", async () => {
    const { id } = await drafted();
    const save = (actor: typeof ada, revision: number, root_cause: string) =>
      runCommand(updatePostmortem, { input: { postmortemId: id, revision, sections: { root_cause } }, actor, now: now() });
    await save(ada, 1, "first");
    expect((await refusalOf(save(bob, 1, "stale"))).kind).toBe("conflict");
    await save(bob, 2, "second");
    const entries = await read(everywhere, (tx) =>
      tx
        .select()
        .from(auditEntries)
        .where(eq(auditEntries.subject, `postmortem:${id}`)),
    );
    const words = entries.filter(({ command, outcome }) => command === "postmortem.update" && outcome === "done");
    expect(words.map(({ after }) => (after as { sections: { root_cause: string } }).sections.root_cause).toSorted()).toEqual([
      "first",
      "second",
    ]);
  });

  test("none of its authors reviews it, and a change voids a review", async () => {
    const { id } = await drafted();
    const review = (actor: typeof ada, revision: number) =>
      runCommand(reviewPostmortem, { input: { postmortemId: id, revision }, actor, now: now() });
    expect((await refusalOf(review(ada, 1))).details.code).toBe("ERR_SECOND_PERSON");
    expect((await refusalOf(review({ ...bob, isVouchedFor: false }, 1))).details.code).toBe("ERR_SECOND_PERSON");
    await review(bob, 1);
    await runCommand(updatePostmortem, { input: { postmortemId: id, revision: 2, title: "Anew" }, actor: bob, now: now() });
    expect(await readPostmortem(everywhere, id)).toMatchObject({ status: "draft", reviewed_by: null, revision: 3 });
    expect((await refusalOf(review(bob, 3))).details.code).toBe("ERR_SECOND_PERSON");
  });

  test("is exported as Markdown, and its actions as cells that no spreadsheet runs", async () => {
    const { id } = await drafted();
    const actions = [{ id: "a", what: '=HYPERLINK("https://evil.test")', owner: "ada@center.test", due_on: "2026-12-01", is_done: false }];
    await runCommand(updatePostmortem, { input: { postmortemId: id, revision: 1, actions }, actor: ada, now: now() });
    const get = async (search: string, of = id) =>
      exportIt(await opsRequest(`/api/ops/postmortems/${of}/export${search}`, { roles: ["viewer"] }), {
        params: Promise.resolve({ id: of }),
      });
    const csv = await get("?format=csv");
    expect(csv.headers.get("content-disposition")).toContain(`postmortem-${id}.csv`);
    expect(await csv.text()).toContain(`"'=HYPERLINK(""https://evil.test"")","ada@center.test","2026-12-01","no"`);
    expect(await (await get("?language=fr")).text()).toContain("## Cause profonde");
    expect((await get("?format=csv", randomUUID())).status).toBe(404);
  });
});
