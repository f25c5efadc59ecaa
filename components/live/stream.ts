import { type ChangeNotice, parseNotice } from "./topics";

export interface StreamEvents {
  onNotice(notice: ChangeNotice): void;
  /** True once notices flow, also those that another tab relays. */
  onOpen(isOpen: boolean): void;
}

type Relayed = { readonly kind: "notice"; readonly notice: ChangeNotice } | { readonly kind: "open"; readonly isOpen: boolean };

const CHANNEL = "center-live";
const REOPEN_AFTER_MS = 10_000;

/**
 * Opens the one event stream of this browser. Of several tabs one holds the connection and relays what it hears: over
 * HTTP/1.1 a browser has six connections to a host, and a seventh tab would hang. Without the lock API (plain http on a
 * foreign host) every tab opens its own.
 *
 * @returns closes it; a waiting tab then takes over
 */
export function openStream(url: string, events: StreamEvents): () => void {
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(CHANNEL);
  if (!channel || !navigator.locks) return connect(url, events);

  const tell = (message: Relayed) => (message.kind === "notice" ? events.onNotice(message.notice) : events.onOpen(message.isOpen));
  channel.onmessage = (event: MessageEvent<Relayed>) => tell(event.data);
  const share = (message: Relayed) => {
    tell(message);
    channel.postMessage(message);
  };
  const ending = new AbortController();
  const lead = () =>
    new Promise<void>((release) => {
      const close = connect(url, {
        onNotice: (notice) => share({ kind: "notice", notice }),
        onOpen: (isOpen) => share({ kind: "open", isOpen }),
      });
      ending.signal.addEventListener("abort", () => {
        close();
        release();
      });
    });
  navigator.locks.request(CHANNEL, { signal: ending.signal }, lead).catch((error: unknown) => {
    // Leaving before the lock was ever ours is the ordinary end of a tab that only listened.
    if (!ending.signal.aborted) throw error;
  });
  return () => {
    ending.abort();
    channel.close();
  };
}

/** One EventSource that is opened again for ever: a browser gives up for good when an answer is not a stream. */
function connect(url: string, events: StreamEvents): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  const open = () => {
    source = new EventSource(url);
    source.onopen = () => events.onOpen(true);
    source.addEventListener("change", (event: MessageEvent<string>) => {
      const notice = parseNotice(event.data);
      if (notice) events.onNotice(notice);
    });
    source.onerror = () => {
      events.onOpen(false);
      if (isClosed || source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, REOPEN_AFTER_MS);
    };
  };
  open();
  return () => {
    isClosed = true;
    clearTimeout(timer);
    source?.close();
  };
}
