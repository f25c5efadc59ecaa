import { EventEmitter } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { verifySignature } from "@/lib/access/credentials/standard-webhooks";
import type { Envelope } from "@/lib/delivery/types";
import { makeKey, order } from "./module-order";

const PATIENCE_MS = 20_000;

export interface Received {
  readonly path: string;
  readonly id: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what an agent sent, looked at by the tests as it is
  readonly json: any;
}

/** Center as a module's agent sees it: takes signed beats and signals, hands out orders until they are answered. */
export class ModuleCenter {
  readonly key = makeKey();
  readonly secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  readonly received: Received[] = [];
  /** Given out with every beat until it is answered. */
  readonly waiting = new Map<string, Envelope>();
  entitlements: unknown = { digest: "one", tenants: {} };
  isManifestWanted = false;
  /** Answers a status in Center's place, or null to go on; it may kill whoever asks. */
  disturb: (received: Received) => number | null = () => null;
  #fence = 0;
  readonly #meantFor = new Map<string, string>();
  readonly #changed = new EventEmitter().setMaxListeners(0);
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  send(changes: Record<string, unknown> = {}, key = this.key): string {
    const envelope = order(key, { fence: ++this.#fence, ...changes });
    this.waiting.set(envelope.id, envelope);
    return envelope.id;
  }

  /** The same to one of several modules. */
  sendTo(module: { id: string; key: string }, type: string): string {
    const id = this.send({ type, module_id: module.id, module_key: module.key });
    this.#meantFor.set(id, module.id);
    return id;
  }

  get beats() {
    return this.received.filter(({ path }) => path === "/api/modules/beat").map(({ json }) => json.data);
  }

  resultsOf(id: string) {
    return this.received.filter(({ path }) => path === `/api/modules/commands/${id}/result`).map(({ json }) => json.data);
  }

  get signals() {
    return this.received
      .filter(({ path }) => path === "/api/modules/signals")
      .flatMap(({ text }) =>
        text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      );
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!condition()) {
      const left = deadline - performance.now();
      if (left <= 0) throw new Error(`never came: ${what}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#changed.once("changed", () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const header = (name: string) => String(request.headers[`webhook-${name}`]);
    const [id, timestamp, signatureHeader] = [header("id"), header("timestamp"), header("signature")];
    const proven = verifySignature({
      id,
      timestamp,
      signatureHeader,
      now: new Date(),
      secrets: [this.secret],
      body,
    });
    const text = body.toString("utf8");
    const path = request.url ?? "";
    const received = { path, id, text, json: path.endsWith("signals") ? null : JSON.parse(text) };
    const status = proven === "ok" ? (this.disturb(received) ?? 200) : 401;
    if (status === 200) this.received.push(received);
    const [, answered] = /^\/api\/modules\/commands\/(.+)\/result$/.exec(path) ?? [];
    if (status === 200 && answered) this.waiting.delete(answered);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(this.#answer(received)));
    this.#changed.emit("changed");
  }

  #answer({ path, json }: Received): unknown {
    if (path !== "/api/modules/beat") return { accepted: 1, refused: [] };
    const module = json.data.module_id;
    return {
      server_time: new Date().toISOString(),
      next_beat_in_s: 1,
      commands: [...this.waiting].flatMap(([id, envelope]) => ((this.#meantFor.get(id) ?? module) === module ? [envelope] : [])),
      entitlements: this.entitlements,
      manifest_wanted: this.isManifestWanted,
    };
  }
}
