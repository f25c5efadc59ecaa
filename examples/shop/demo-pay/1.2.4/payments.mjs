import { randomUUID } from "node:crypto";
import { amountFormatter, decimalAmount } from "./format-amount.mjs";
import { signWebhook } from "./signature.mjs";
import { Statistics } from "./statistics.mjs";

const MAX_QUEUE = 500;
const MAX_REMEMBERED_ORDERS = 1000;
const CONCURRENT_WEBHOOKS = 4;
const RETRY_PAUSES_MS = [200, 800];

/** Why an order cannot be paid, or null when it can. */
function orderProblem(order) {
  if (typeof order !== "object" || order === null) return "an order is a JSON object";
  if (typeof order.order_id !== "string" || !/^[\w-]{1,64}$/.test(order.order_id)) return "order_id is missing or malformed";
  const isAmount = Number.isSafeInteger(order.amount_minor) && order.amount_minor > 0 && order.amount_minor <= 10_000_000;
  if (!isAmount) return "amount_minor is out of range";
  return ["CHF", "EUR", "USD"].includes(order.currency) ? null : "currency is not supported";
}

/** Takes payments and tells the shop about each by a signed webhook. */
export class Payments {
  #config;
  #parts;
  #formatAmount;
  #statistics = new Statistics();
  #payments = new Map();
  #queue = [];
  #running = 0;

  /**
   * @param {{ webhook_url: string, webhook_secret: string, currency_format?: string, signing_period_s?: number }} config
   * @param {object} parts
   * @param {(url: string, headers: Record<string, string>, body: string) => Promise<number>} parts.send delivers, answers the HTTP status
   * @param {() => number} parts.now Unix milliseconds
   * @param {(ms: number) => Promise<unknown>} parts.wait pause between two tries
   */
  constructor(config, parts) {
    if (!config.webhook_url || !config.webhook_secret) throw new Error("webhook_url and webhook_secret must be configured");
    this.#config = config;
    this.#parts = parts;
    this.#formatAmount = amountFormatter(config.currency_format);
  }

  /** Captures the payment of an order once, however often the shop asks; the webhook follows by itself. */
  takePayment(order) {
    const problem = orderProblem(order);
    if (problem) return { status: 422, answer: { error: problem } };
    const known = this.#payments.get(order.order_id);
    if (known) return { status: 200, answer: known };
    if (this.#queue.length >= MAX_QUEUE) return { status: 503, answer: { error: "too many webhooks are waiting" } };
    const payment = {
      payment_id: randomUUID(),
      order_id: order.order_id,
      amount: decimalAmount(order.amount_minor),
      amount_text: this.#formatAmount(order.amount_minor, order.currency),
      currency: order.currency,
    };
    this.#payments.set(order.order_id, payment);
    if (this.#payments.size > MAX_REMEMBERED_ORDERS) this.#payments.delete(this.#payments.keys().next().value);
    this.#queue.push(payment);
    if (this.#running < CONCURRENT_WEBHOOKS) void this.#work();
    return { status: 201, answer: payment };
  }

  isIdle() {
    return this.#running === 0 && this.#queue.length === 0;
  }

  report() {
    const report = this.#statistics.report(this.#parts.now());
    return { ...report, telemetry: { ...report.telemetry, queue_depth: this.#queue.length + this.#running } };
  }

  async #work() {
    this.#running += 1;
    while (this.#queue.length > 0) await this.#deliver(this.#queue.shift());
    this.#running -= 1;
  }

  async #deliver(payment) {
    const event = { type: "payment.captured", event_id: randomUUID(), ...payment };
    let problem = await this.#tryOnce(event);
    for (const pauseMs of RETRY_PAUSES_MS) {
      if (!problem?.mayRetry) break;
      await this.#parts.wait(pauseMs);
      problem = await this.#tryOnce(event);
    }
    if (problem) this.#statistics.noteGivenUp(problem.code, this.#parts.now());
    else this.#statistics.noteDelivered();
  }

  /** One try. Returns null when the shop took it, else an error code and whether another try makes sense. */
  async #tryOnce(event) {
    const startedMs = this.#parts.now();
    const body = JSON.stringify(event);
    const shop = { secret: this.#config.webhook_secret, periodSeconds: this.#config.signing_period_s ?? 10 };
    const headers = { "content-type": "application/json", "demo-pay-signature": signWebhook(shop, body, startedMs) };
    try {
      const status = await this.#parts.send(this.#config.webhook_url, headers, body);
      if (status >= 200 && status < 300) return null;
      const mayRetry = status === 408 || status === 429 || status >= 500;
      return { code: mayRetry ? "ERR_WEBHOOK_UNAVAILABLE" : "ERR_WEBHOOK_REJECTED", mayRetry };
    } catch (error) {
      return { code: error.code === "ETIMEDOUT" ? "ERR_WEBHOOK_TIMEOUT" : "ERR_WEBHOOK_UNREACHABLE", mayRetry: true };
    } finally {
      this.#statistics.noteLatency(this.#parts.now() - startedMs);
    }
  }
}
