/** One change that open pages hear of: what kind of thing, which one, and how new. Never its content. */
export interface ChangeNotice {
  readonly topic: string;
  readonly id: string;
  /** Grows with every change of this thing, so that a page can drop what it already has. */
  readonly rev: number;
}

export const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  // Proxies that buffer would hold a notice back until the next one.
  "x-accel-buffering": "no",
} as const;

/**
 * One notice in the format of server-sent events. The content itself is fetched through the ordinary, authorised reads.
 * Source: WHATWG HTML §9.2.5.
 */
export function formatNotice({ topic, id, rev }: ChangeNotice): string {
  return `event: change\ndata: ${JSON.stringify({ topic, id, rev })}\n\n`;
}

/** A comment that keeps an idle stream open through proxies. */
export const STREAM_KEEPALIVE = ": keepalive\n\n";

/** How long a browser waits before it opens a broken stream again, in milliseconds. */
export function formatRetry(milliseconds: number): string {
  return `retry: ${Math.trunc(milliseconds)}\n\n`;
}
