import { randomUUID } from "node:crypto";
import { drawText } from "../modules/ocr/draw-text.mjs";

const TIMEOUT_MS = 5_000;
const WORDS = ["lamp", "chair", "kettle", "atlas", "oak", "steel", "blue"];
const CURRENCIES = ["USD", "GBP", "XOF"];
const FILE_COUNT = 6;
const WISHES = 12;

/**
 * A small, constant traffic of real requests, as a handful of people would make it: tenant after tenant, and at each the next thing that one does.
 */
export class Driver {
  #parts;
  #step = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #isClosed = false;

  /** @param {{ frontUrl: string, tenants: { id: string, slug: string }[], everyMs: number, enqueue: (tenantId: string) => Promise<void> }} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  start() {
    if (this.#isClosed) return;
    this.#timer = setTimeout(async () => {
      await this.#next();
      this.start();
    }, this.#parts.everyMs);
  }

  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  async #next() {
    const { tenants, enqueue } = this.#parts;
    const tenant = tenants[this.#step % tenants.length];
    const round = Math.floor(this.#step / tenants.length);
    this.#step += 1;
    const wishes = this.#wishes(tenant, round);
    const wish = wishes[round % WISHES];
    if (wish === "job") await enqueue(tenant.id);
    else if (wish === "archive") await this.#readArchive(tenant.slug, Math.floor(round / WISHES));
    else await this.#ask(wish.method ?? "GET", wish.path, wish.body);
  }

  /** Reads a file of the archive; one that was never there is stored. @param {string} slug @param {number} turn */
  async #readArchive(slug, turn) {
    const path = `/t/${slug}/files/archive-${turn % FILE_COUNT}.pgm`;
    if ((await this.#ask("GET", path, undefined)) === 404) await this.#ask("PUT", path, drawText(`ARCHIVE ${turn % FILE_COUNT}`));
  }

  /** @param {{ slug: string }} tenant @param {number} round @returns {("job" | "archive" | { method?: string, path: string, body?: Buffer })[]} */
  #wishes({ slug }, round) {
    const word = WORDS[round % WORDS.length];
    const turn = Math.floor(round / WISHES);
    const name = `photo-${turn % FILE_COUNT}.pgm`;
    return [
      { path: `/t/${slug}/catalog` },
      { path: `/t/${slug}/search?q=${word}` },
      { path: `/t/${slug}/summary` },
      { path: `/t/${slug}/invoices` },
      turn % 5 === 0 ? { method: "POST", path: `/t/${slug}/invoices`, body: Buffer.from('{"item":"service","quantity":2}') } : "job",
      { method: "PUT", path: `/t/${slug}/files/${name}`, body: drawText(`${word.toUpperCase()} ${turn % 100}`) },
      "archive",
      { method: "POST", path: `/t/${slug}/scans?name=${name}`, body: drawText("INVOICE 2024", speckle) },
      { path: `/t/${slug}/rates/${CURRENCIES[turn % CURRENCIES.length]}` },
      { method: "POST", path: `/t/${slug}/exports` },
      { path: `/admin/${slug}/exports` },
      { path: `/admin/${slug}/people` },
    ];
  }

  /** @param {string} method @param {string} path @param {Buffer | undefined} body */
  async #ask(method, path, body) {
    const url = `${this.#parts.frontUrl}${path}`;
    const headers = { traceparent: `00-${randomUUID().replaceAll("-", "")}-${randomUUID().slice(-12)}abcd-01` };
    // What the front answers is the front's to tell; whoever drives only goes on.
    const answer = await fetch(url, { method, headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => null);
    await answer?.arrayBuffer();
    return answer?.status ?? null;
  }
}

/** A speck of grey that a real scanner would leave, too light to be ink. @param {number} at */
const speckle = (at) => (at % 11 === 0 ? -60 : 0);
