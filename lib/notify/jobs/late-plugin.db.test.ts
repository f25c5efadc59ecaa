import { afterAll, beforeAll, expect, test } from "vitest";
import { createPerson } from "@/lib/access/commands/create-person";
import { runCommand } from "@/lib/gateway/run-command";
import { scan } from "@/lib/incidents/jobs/scan";
import { systemClock } from "@/lib/platform/clock";
import { LIMITS } from "@/lib/platform/limits";
import { personActor, steppedUp } from "@/test/actors";
import { type MailSink, openMailSink } from "@/test/fixtures/mail-sink";
import { makeShop, OPS } from "@/test/loop/make-shop";
import { passSeconds, stopTime } from "@/test/loop/virtual-time";
import { endLeases, runNotifier } from "@/test/loop/worker";
import { setOnCall } from "../commands/set-on-call";
import { pagePeople } from "./page-people";

let sink: MailSink;
stopTime();
beforeAll(async () => {
  sink = await openMailSink();
  process.env.SMTP_URL = sink.url;
  process.env.MAIL_FROM = "center@center.test";
});
afterAll(() => sink.close());

const root = steppedUp(personActor(["security_admin"], undefined, "root@center.test"));

test("a plugin that is only late wakes nobody, though somebody is on call; once it is lost, they are called", async () => {
  const input = { email: "ada@center.test", name: "Ada", roles: ["operator"], tenants: ["*"] };
  const ada = await runCommand(createPerson, { input, actor: root, now: new Date() });
  const order = { area: "any", severity: "high", people: [ada.id], ackMinutes: 10, repageMinutes: 30, reason: "the team's week begins" };
  await runCommand(setOnCall, { input: order, actor: OPS, now: new Date() });
  const shop = await makeShop({ version: "1.2.3", behaviours: { "1.2.3": {} } });
  await shop.live(2, 120);
  const lookAfter = async (seconds: number) => {
    passSeconds(seconds);
    await endLeases();
    await scan("scanner", systemClock);
    await pagePeople(new Date());
    await runNotifier();
  };
  await lookAfter(200);
  await lookAfter(70);
  expect((await shop.records()).incidents).toEqual([]);
  expect(sink.got).toEqual([]);
  await lookAfter(30);
  expect((await shop.records()).incidents).toMatchObject([{ type: "silence", severity: "high" }]);
  await lookAfter(LIMITS.pageSettleSeconds);
  expect(sink.got.map(({ to }) => to[0])).toEqual([ada.email]);
});
