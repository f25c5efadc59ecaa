import type { QueryClient } from "@tanstack/react-query";
import { type Freshness, judgeFreshness } from "./freshness";
import { openStream } from "./stream";
import { type ChangeNotice, CLOCK_TOPIC, type ReadName, readsTouchedBy } from "./topics";

/** Notices that arrive together cause one read, not many. */
const GATHER_MS = 250;

/** The server speaks every ten seconds at least: a stream that says nothing for so long is dead, though its socket may not know. */
const MUTE_MS = 25_000;

export interface LiveSnapshot extends Freshness {
  readonly isStreamOpen: boolean;
  /** False until the stream opened for the first time. */
  readonly hasConnected: boolean;
  readonly isPaused: boolean;
  /** Server time minus ours, so that ages are right on a computer whose clock is wrong. */
  readonly skewMs: number;
}

/** Keeps a page in touch with the server: who spoke last, what became doubtful, and what the chip says of it. */
export class LiveStore {
  readonly #client: QueryClient;
  readonly #listeners = new Set<() => void>();
  readonly #failing = new Map<string, number>();
  readonly #doubtful = new Set<ReadName>();
  #heardAtMs: number;
  #skewMs: number;
  #isPaused = false;
  #isStreamOpen = false;
  #streamHeardAtMs = 0;
  #hasConnected = false;
  #closeStream: (() => void) | null = null;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #gathering: ReturnType<typeof setTimeout> | undefined;
  #snapshot: LiveSnapshot;

  /** @param serverNowMs  the server's time when it rendered the page's data */
  constructor(client: QueryClient, serverNowMs: number) {
    this.#client = client;
    this.#skewMs = 0;
    this.#heardAtMs = serverNowMs;
    this.#snapshot = this.#look(serverNowMs);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): LiveSnapshot => this.#snapshot;

  /** The server's time, as far as we know it, in milliseconds. */
  readonly now = (): number => Date.now() + this.#skewMs;

  /** Begins to listen. @returns ends it */
  start(serverNowMs: number): () => void {
    this.#skewMs = serverNowMs - Date.now();
    this.#heardAtMs = this.now();
    this.#ticker = setInterval(() => {
      this.#replaceMuteStream();
      this.#publish();
    }, 1_000);
    this.#listen();
    return () => {
      clearInterval(this.#ticker);
      clearTimeout(this.#gathering);
      this.#closeStream?.();
      this.#closeStream = null;
    };
  }

  /** Stops stream and polling alike, or takes both up again and reads everything anew. */
  readonly setPaused = (isPaused: boolean): void => {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) {
      this.#closeStream?.();
      this.#closeStream = null;
      this.#isStreamOpen = false;
    } else {
      this.#listen();
      this.#readAllAgain();
    }
    this.#publish();
  };

  /** A read came back: what it answered was true a moment ago. */
  readonly readSucceeded = (key: string): void => {
    this.#failing.delete(key);
    this.#hear();
  };

  readonly readFailed = (key: string): void => {
    if (!this.#failing.has(key)) this.#failing.set(key, this.now());
    this.#publish();
  };

  /** A page that is left takes its failures along. */
  readonly forget = (key: string): void => {
    this.#failing.delete(key);
  };

  /** A connection that hangs tells of no error: it is opened anew, and the page asks by itself until that speaks. */
  #replaceMuteStream(): void {
    if (!this.#isStreamOpen || this.#isPaused || this.now() - this.#streamHeardAtMs <= MUTE_MS) return;
    this.#closeStream?.();
    this.#isStreamOpen = false;
    this.#listen();
  }

  #listen(): void {
    this.#closeStream = openStream("/api/events", {
      onNotice: (notice) => this.#take(notice),
      onOpen: (isOpen) => {
        const isBack = isOpen && !this.#isStreamOpen;
        this.#isStreamOpen = isOpen;
        this.#streamHeardAtMs = this.now();
        this.#hasConnected ||= isOpen;
        // Whatever was told while nobody listened is lost.
        if (isBack) this.#readAllAgain();
        if (isOpen) this.#hear();
        else this.#publish();
      },
    });
  }

  #take(notice: ChangeNotice): void {
    if (notice.topic === CLOCK_TOPIC) this.#skewMs = notice.rev - Date.now();
    this.#isStreamOpen = true;
    this.#streamHeardAtMs = this.now();
    this.#hear();
    for (const name of readsTouchedBy(notice)) this.#doubtful.add(name);
    if (this.#doubtful.size === 0 || this.#gathering) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      const names = [...this.#doubtful];
      this.#doubtful.clear();
      for (const name of names) void this.#client.invalidateQueries({ queryKey: [name] });
    }, GATHER_MS);
  }

  #readAllAgain(): void {
    void this.#client.invalidateQueries();
  }

  #hear(): void {
    this.#heardAtMs = this.now();
    this.#publish();
  }

  #look(nowMs: number): LiveSnapshot {
    const failingSinceMs = this.#failing.size === 0 ? null : Math.min(...this.#failing.values());
    const freshness = judgeFreshness({ isPaused: this.#isPaused, heardAtMs: this.#heardAtMs, failingSinceMs }, nowMs);
    return {
      ...freshness,
      isStreamOpen: this.#isStreamOpen,
      hasConnected: this.#hasConnected,
      isPaused: this.#isPaused,
      skewMs: this.#skewMs,
    };
  }

  #publish(): void {
    const next = this.#look(this.now());
    const last = this.#snapshot;
    const isSame = (Object.keys(next) as (keyof LiveSnapshot)[]).every((key) => key === "skewMs" || next[key] === last[key]);
    if (isSame) return;
    this.#snapshot = next;
    for (const listener of this.#listeners) listener();
  }
}
