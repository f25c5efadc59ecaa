import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { AgentKeeper, endLeftoverAgent } from "./keep-agent.mjs";
import { layOutShop } from "./lay-out-shop.mjs";
import { log } from "./log.mjs";
import { startOpsInbox } from "./ops-inbox.mjs";
import { startTraffic } from "./traffic-driver.mjs";
import { startWebhookReceiver } from "./webhook-receiver.mjs";

const SUMMARY_MS = 30_000;
/** How long demo-pay signs with one key, unless a shop configures another. */
const SIGNING_PERIOD_SECONDS = 10;
/** Twenty-four processes that start at once on two cores would make each other look sick. */
const PAUSE_BETWEEN_SHOPS_MS = 250;

/** The demo's merchants: for each its folder, its agent (which runs the plugin), its webhook receiver and its customers. */
export class DemoFleet {
  #options;
  #shops = new Map();
  #running = [];
  #servers = [];
  #summary = null;
  #isStopping = false;

  /**
   * @param {{ fleet: import("./read-fleet.mjs").Fleet, demoDirectory: string, agentPath: string, ordersPerSecond: number }} options
   *        ordersPerSecond: mean rate of each shop
   */
  constructor(options) {
    this.#options = options;
  }

  /** Opens the merchants one after the other; returns early when `stop` is called meanwhile. */
  async start() {
    const { fleet, demoDirectory } = this.#options;
    mkdirSync(demoDirectory, { recursive: true, mode: 0o700 });
    await Promise.all(readdirSync(demoDirectory).map((name) => endLeftoverAgent(path.join(demoDirectory, name))));
    const inbox = await startOpsInbox(fleet.inbox);
    this.#servers.push(inbox);
    const receiver = await startWebhookReceiver(0, this.#shops);
    this.#servers.push(receiver);
    this.#summary = setInterval(() => this.#logTraffic(receiver), SUMMARY_MS);
    for (const merchant of fleet.merchants) {
      if (this.#isStopping) return;
      this.#openShop(merchant, receiver.port);
      await wait(PAUSE_BETWEEN_SHOPS_MS);
    }
    log("info", "INFO_STARTED", `${this.#running.length} merchants are open`, { inbox_port: inbox.port, receiver_port: receiver.port });
  }

  #openShop(merchant, receiverPort) {
    const { fleet, demoDirectory, agentPath, ordersPerSecond } = this.#options;
    const { slug } = merchant.tenant;
    const directory = path.join(demoDirectory, slug);
    const webhook = { url: `http://127.0.0.1:${receiverPort}/shops/${slug}/webhooks`, secret: randomBytes(32).toString("base64") };
    layOutShop({ directory, centerUrl: fleet.center_url, merchant, webhook });
    this.#shops.set(slug, { secret: webhook.secret, periodSeconds: merchant.config?.signing_period_s ?? SIGNING_PERIOD_SECONDS });
    const keeper = new AgentKeeper({ agentPath, directory, slug });
    keeper.start();
    this.#running.push({ slug, keeper, traffic: startTraffic({ slug, port: merchant.port, ordersPerSecond }) });
  }

  #logTraffic(receiver) {
    const shops = Object.fromEntries(this.#running.map(({ slug, traffic }) => [slug, { ...traffic.counts, ...receiver.counts(slug) }]));
    log("info", "INFO_TRAFFIC", "Orders and webhooks since the start", { shops });
  }

  /** Ends customers first, then agents (which end their plugins), then the servers they report to. At most 5 s. */
  async stop() {
    this.#isStopping = true;
    clearInterval(this.#summary);
    for (const { traffic } of this.#running) traffic.stop();
    await Promise.all(this.#running.map(({ keeper }) => keeper.stop()));
    for (const server of this.#servers) server.close();
  }
}
