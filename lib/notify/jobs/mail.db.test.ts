import { and, asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { webhookDeliveries } from "@/db/schema/notify";
import { createPerson } from "@/lib/access/commands/create-person";
import { updatePerson } from "@/lib/access/commands/update-person";
import { sendLink } from "@/lib/access/links/commands/send-link";
import { linkUrl } from "@/lib/access/links/link-token";
import { scopeFor } from "@/lib/access/system-actor";
import { runCommand } from "@/lib/gateway/run-command";
import { notifyAgain } from "@/lib/incidents/commands/notify-again";
import { LIMITS } from "@/lib/platform/limits";
import { newToken } from "@/lib/platform/random";
import { read } from "@/lib/platform/scope";
import { personActor, steppedUp } from "@/test/actors";
import { makeIncident, makePlugin, makeTenant } from "@/test/factories";
import { headerOf, type MailSink, openMailSink, textOf } from "@/test/fixtures/mail-sink";
import { OPS } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { asOwner, runNotifier } from "@/test/loop/worker";
import { readDelivery } from "../deliveries/queries-deliveries";

let sink: MailSink;
stopTime();
beforeAll(async () => {
  sink = await openMailSink();
  process.env.SMTP_URL = sink.url;
  process.env.MAIL_FROM = "Center <center@center.test>";
});
afterAll(() => sink.close());
beforeEach(async () => {
  sink.answer.recipient = null;
  sink.answer.data = null;
  sink.onTaken = async () => undefined;
  while ((await runNotifier()) > 0) passSeconds(1);
  sink.got.length = 0;
});

const root = steppedUp(personActor(["security_admin"], undefined, "root@center.test"));

async function makePerson(tenantId: string, roles = ["tenant_admin"]) {
  const email = `${newToken(6)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "x")}@shop.test`;
  const input = { email, name: "Ada", roles, tenants: [tenantId] };
  return runCommand(createPerson, { input, actor: root, now: new Date() });
}

/** A merchant with an administrator and an incident of medium severity. */
async function sickShop(name = "Atlas") {
  const tenant = await makeTenant(name);
  const admin = await makePerson(tenant.id);
  return { tenantId: tenant.id, admin, incident: await makeIncident(await makePlugin(tenant.id), { severity: "medium" }) };
}
const tell = (incidentId: string) => runCommand(notifyAgain, { input: { incidentId, reason: "again" }, actor: OPS, now: new Date() });
const mailsTo = (personId: string) =>
  read(scopeFor("operate"), (tx) =>
    tx
      .select()
      .from(webhookDeliveries)
      .where(and(eq(webhookDeliveries.channel, "email"), eq(webhookDeliveries.personId, personId)))
      .orderBy(asc(webhookDeliveries.createdAt)),
  );
const sentTo = (email: string) => sink.got.filter(({ to }) => to.includes(email));

describe("a message by e-mail", () => {
  test("reaches a merchant's administrator in their language, as plain text and as harmless HTML", async () => {
    const shop = await sickShop("Zéphyr <b>&\u202Eevil");
    await asOwner()`update tenants set locale = 'fr' where id = ${shop.tenantId}`;
    await tell(shop.incident.id);
    await runNotifier();
    const [mail, ...more] = sentTo(shop.admin.email);
    if (!mail) throw new Error("no mail came");
    expect(more).toEqual([]);
    const [row] = await mailsTo(shop.admin.id);
    expect(row).toMatchObject({ status: "delivered", lastStatus: 250, attempts: 1, tenantId: shop.tenantId, incidentId: shop.incident.id });
    expect(mail.from).toBe("center@center.test");
    expect(headerOf(mail, "message-id")).toBe(`<msg_${row?.id}@127.0.0.1>`);
    expect(headerOf(mail, "auto-submitted")).toBe("auto-generated");
    const text = textOf(mail);
    expect(text).toContain("Nouvel incident : demo-pay chez Zéphyr <b>& evil, des webhooks échouent (gravité moyenne).");
    expect(text).toContain(`http://127.0.0.1:3000/incidents/${shop.incident.id}`);
    expect(text).toContain("Zéphyr &lt;b&gt;&amp; evil");
    expect(text.slice(text.indexOf("<!doctype"))).not.toMatch(/<(script|img|style|b)[ >]/);
  });

  test("has no header but ours, whatever a name says", async () => {
    const shop = await sickShop("Evil\r\nBcc: everybody@center.test\r\n\r\nHello");
    await tell(shop.incident.id);
    await runNotifier();
    const [mail] = sentTo(shop.admin.email);
    if (!mail) throw new Error("no mail came");
    expect(mail.to).toEqual([shop.admin.email]);
    expect(headerOf(mail, "bcc")).toBeNull();
    expect(headerOf(mail, "subject")).not.toBeNull();
  });

  test.each([
    ["recipient", 451, "waiting"],
    ["recipient", 550, "dead"],
    ["data", 452, "waiting"],
    ["data", 554, "dead"],
    ["recipient", 530, "waiting"],
  ] as const)("that the server refuses at its %s with %i is %s", async (step, code, status) => {
    const shop = await sickShop();
    sink.answer[step] = code;
    await tell(shop.incident.id);
    await runNotifier();
    const [row] = await mailsTo(shop.admin.id);
    expect(row).toMatchObject({ status, lastStatus: code, attempts: 1, lastError: expect.stringContaining(String(code)) });
    sink.answer[step] = null;
    passSeconds(LIMITS.outboundRetrySeconds[0]);
    await runNotifier();
    expect((await mailsTo(shop.admin.id))[0]?.status).toBe(status === "dead" ? "dead" : "delivered");
  });

  test("waits for a mail server that is away, and arrives once it is back", async () => {
    const shop = await sickShop();
    const port = Number(new URL(sink.url).port);
    await sink.close();
    await tell(shop.incident.id);
    await runNotifier();
    expect(await mailsTo(shop.admin.id)).toMatchObject([{ status: "waiting", attempts: 1, lastStatus: null }]);
    sink = await openMailSink(port);
    passSeconds(LIMITS.outboundRetrySeconds[0]);
    await runNotifier();
    expect(await mailsTo(shop.admin.id)).toMatchObject([{ status: "delivered", attempts: 2 }]);
    expect(sentTo(shop.admin.email)).toHaveLength(1);
  });

  test("that was taken while its worker died is sent again under the same message id", async () => {
    const shop = await sickShop();
    await tell(shop.incident.id);
    sink.onTaken = async () => {
      // Another worker holds the lease when this one wants to write down what it did.
      await asOwner()`update work_leases set fence = fence + 1, lease_until = 'epoch' where kind = 'delivery'`;
    };
    await runNotifier();
    expect(await mailsTo(shop.admin.id)).toMatchObject([{ status: "waiting", attempts: 0 }]);
    sink.onTaken = async () => undefined;
    await runNotifier("worker:two");
    expect(await mailsTo(shop.admin.id)).toMatchObject([{ status: "delivered", attempts: 1 }]);
    const ids = sentTo(shop.admin.email).map((mail) => headerOf(mail, "message-id"));
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test("goes to nobody who was shut out meanwhile", async () => {
    const shop = await sickShop();
    sink.answer.recipient = 451;
    await tell(shop.incident.id);
    await runNotifier();
    sink.answer.recipient = null;
    await runCommand(updatePerson, { input: { personId: shop.admin.id, disabled: true }, actor: root, now: new Date() });
    passSeconds(LIMITS.outboundRetrySeconds[0]);
    await runNotifier();
    expect(await mailsTo(shop.admin.id)).toMatchObject([{ status: "dead", lastError: "the person is disabled" }]);
  });

  test("comes a bounded number of times an hour, and the last one says so", async () => {
    const shop = await sickShop();
    for (let count = 0; count < LIMITS.mailsPerPersonPerHour + 5; count += 1) await tell(shop.incident.id);
    while ((await runNotifier()) > 0);
    const mails = sentTo(shop.admin.email);
    expect(mails).toHaveLength(LIMITS.mailsPerPersonPerHour);
    expect(mails.filter((mail) => textOf(mail).includes("This is the last message of this hour"))).toHaveLength(1);
    passSeconds(3_600);
    await tell(shop.incident.id);
    await runNotifier();
    expect(sentTo(shop.admin.email)).toHaveLength(LIMITS.mailsPerPersonPerHour + 1);
  });
});

describe("a one-time link", () => {
  test("is e-mailed and kept nowhere; one that was replaced is sent to nobody", async () => {
    const { id: tenantId } = await makeTenant();
    const person = await makePerson(tenantId, ["viewer"]);
    const order = () => runCommand(sendLink, { input: { personId: person.id, reason: "they lost it" }, actor: root, now: new Date() });
    const [old, link] = [(await order()).link, (await order()).link];
    await runNotifier();
    const mails = sentTo(person.email);
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    if (!mail) throw new Error("no mail came");
    expect(textOf(mail)).toContain(linkUrl(link.id));
    expect(textOf(mail)).not.toContain(linkUrl(old.id));
    const [row, ...others] = await mailsTo(person.id);
    expect(others).toEqual([]);
    const secret = linkUrl(link.id).split("#")[1] ?? "";
    expect(JSON.stringify(row)).not.toContain(secret);
    const shown = await readDelivery(scopeFor("operate"), row?.id ?? "");
    expect(JSON.stringify(shown)).not.toContain(secret);
    expect(shown).toMatchObject({ to: person.email, body: expect.stringContaining("(not kept)"), tenant_id: tenantId });
  });
});
