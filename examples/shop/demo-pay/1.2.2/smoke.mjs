import assert from "node:assert/strict";
import { createHmac, hkdfSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { amountFormatter } from "./format-amount.mjs";
import { Payments } from "./payments.mjs";

const { version } = JSON.parse(readFileSync(new URL("./plugin.json", import.meta.url), "utf8"));
const NOW_MS = 1_760_000_000_000;
const CONFIG = { webhook_url: "http://shop.example/hook", webhook_secret: "smoke-secret", signing_period_s: 10 };

/** A shop's receiver in this process: verifies as the real one does and keeps what it saw. */
function fakeReceiver(statuses = []) {
  const seen = [];
  const send = async (_url, headers, body) => {
    const key = Buffer.from(hkdfSync("sha256", CONFIG.webhook_secret, "", `demo-pay webhook ${Math.floor(NOW_MS / 10_000)}`, 32));
    const isGenuine = headers["demo-pay-signature"] === `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
    const status = statuses.shift() ?? (isGenuine ? 200 : 401);
    seen.push({ status, event: JSON.parse(body) });
    return status;
  };
  return { send, seen };
}

async function deliverOrders(amounts, receiver) {
  const payments = new Payments(CONFIG, { send: receiver.send, now: () => NOW_MS, wait: async () => undefined });
  for (const [index, amount_minor] of amounts.entries())
    payments.takePayment({ order_id: `smoke-${index}`, amount_minor, currency: "EUR" });
  while (!payments.isIdle()) await new Promise(setImmediate);
  return payments;
}

const checks = {
  async "a webhook is accepted"() {
    const receiver = fakeReceiver();
    const payments = await deliverOrders([1999, 4995, 999], receiver);
    assert.ok(receiver.seen.every((one) => one.status === 200));
    assert.equal(payments.report().counters.webhooks_failed, 0);
  },
  async "a busy receiver is tried again and counted once"() {
    const receiver = fakeReceiver([503, 429]);
    const payments = await deliverOrders([1999], receiver);
    assert.equal(receiver.seen.length, 3);
    assert.deepEqual(payments.report().counters, { webhooks_sent: 1, webhooks_failed: 0, errors_total: 0 });
  },
  async "a repeated order is paid once"() {
    const receiver = fakeReceiver();
    const payments = await deliverOrders([1999], receiver);
    assert.equal(payments.takePayment({ order_id: "smoke-0", amount_minor: 1999, currency: "EUR" }).status, 200);
    assert.equal(receiver.seen.length, 1);
  },
  "amounts read as the shop's customers expect"() {
    assert.equal(amountFormatter("european")(123450, "EUR"), "1.234,50 EUR");
    assert.equal(amountFormatter("english")(123450, "USD"), "1,234.50 USD");
    assert.equal(amountFormatter("swiss")(123450, "CHF"), "1'234.50 CHF");
  },
};

const results = [];
for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    results.push({ name, ok: true });
  } catch (error) {
    results.push({ name, ok: false, detail: String(error.message).slice(0, 300) });
  }
}
const failed = results.filter((result) => !result.ok).length;
console.log(JSON.stringify({ version, passed: results.length - failed, failed, results }));
process.exitCode = failed > 0 ? 1 : 0;
