import type { TufFile } from "@/lib/delivery/tuf/judge-bundle";

/** What Center said no to, in its own words. */
export class CenterRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
  ) {
    super(detail);
    this.name = "CenterRefusal";
  }
}

const TIMEOUT_MS = 60_000;

/** The governed API as a release's author uses it: a bearer token says who brings a file, never who signed it. */
export class CenterDoor {
  readonly #base: string;

  constructor(
    readonly url: string,
    readonly token: string,
  ) {
    if (!/^https?:\/\//.test(url)) throw new Error("--center must be an http(s) address");
    this.#base = url.replace(/\/+$/, "");
  }

  async onlineKeys(): Promise<Record<"snapshot" | "timestamp", string>> {
    const { online_keys: keys } = (await this.#ask("GET", "/api/ops/tuf")) as {
      online_keys: Record<"snapshot" | "timestamp", { public: string }[]>;
    };
    const newest = (role: "snapshot" | "timestamp") => keys[role].at(-1)?.public;
    const [snapshot, timestamp] = [newest("snapshot"), newest("timestamp")];
    if (!snapshot || !timestamp) throw new Error("Center has no keys of its own yet: is its worker running?");
    return { snapshot, timestamp };
  }

  async makeOnlineKeys(): Promise<void> {
    await this.#ask("POST", "/api/ops/tuf/online-keys", {});
  }

  async send(files: readonly TufFile[], isFirst: boolean): Promise<void> {
    const documents = files.map(({ role, text }) => ({ role, text }));
    await this.#ask("POST", `/api/ops/tuf/${isFirst ? "root" : "metadata"}`, { documents });
  }

  /** Announces a release, or finds the one that was announced alike. @returns its id */
  async announce(manifest: { plugin_key: string; version: string; sha256: string; length: number }): Promise<string> {
    try {
      return ((await this.#ask("POST", "/api/ops/releases", manifest)) as { id: string }).id;
    } catch (error) {
      if (!(error instanceof CenterRefusal) || error.status !== 409) throw error;
    }
    const query = new URLSearchParams({ plugin_key: manifest.plugin_key, version: manifest.version });
    const { items } = (await this.#ask("GET", `/api/ops/releases?${query}`)) as { items: { id: string; sha256: string }[] };
    const [known] = items;
    if (known?.sha256 !== manifest.sha256)
      throw new Error(`${manifest.plugin_key} ${manifest.version} was announced with other bytes: take another version`);
    return known.id;
  }

  async store(releaseId: string, bytes: Buffer): Promise<void> {
    await this.#ask("PUT", `/api/ops/releases/${releaseId}/artifact`, bytes);
  }

  async #ask(method: string, path: string, body?: object | Buffer): Promise<unknown> {
    const isBytes = Buffer.isBuffer(body);
    const answer = await fetch(`${this.#base}${path}`, {
      method,
      // A connection that rested may be closed in the moment it is used again, and an order is not sent twice lightly.
      headers: {
        connection: "close",
        authorization: `Bearer ${this.token}`,
        "content-type": isBytes ? "application/octet-stream" : "application/json",
      },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const told = (await answer.json().catch(() => null)) as { code?: string; detail?: string } | null;
    if (answer.ok) return told;
    throw new CenterRefusal(answer.status, told?.code ?? "", told?.detail ?? `Center answered ${answer.status}`);
  }
}
