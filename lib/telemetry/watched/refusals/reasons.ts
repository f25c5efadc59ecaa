/** A route that agents call. */
export const AGENT_ROUTES = ["heartbeat", "heartbeats", "ack", "fail", "artifact"] as const;
export type AgentRoute = (typeof AGENT_ROUTES)[number];

interface Reason {
  /** Whether the sender had proved to be the plugin: what others say in its name is kept apart, so that it can push nothing out. */
  readonly isProven: boolean;
  /** What its author can do about it, in one sentence. */
  readonly hint: string;
}

/** Why a message of an agent was refused, in more words than its sender is told. */
export const REASONS = {
  headers: {
    isProven: false,
    hint: "Send plugin-id, webhook-id, webhook-timestamp (seconds since 1970) and webhook-signature (v1,<base64>), each once and well-formed.",
  },
  stale: {
    isProven: false,
    hint: "The timestamp is too far from Center's clock: set this machine's clock (NTP), and sign anew for every try instead of storing signed requests.",
  },
  signature: {
    isProven: false,
    hint: "Sign id.timestamp.body over the exact bytes that are sent, by the base64-decoded part after whsec_; a body that is formatted anew after signing does not match.",
  },
  secret_ended: { isProven: false, hint: "This was signed by a secret that was replaced: put the newest secret in place." },
  revoked: { isProven: false, hint: "The plugin was revoked; register it anew." },
  merchant_off: { isProven: false, hint: "The merchant is switched off; whoever runs Center can say why." },
  too_large: { isProven: false, hint: "The body is larger than 64 KiB: send fewer errors and shorter texts." },
  content_encoding: { isProven: false, hint: "Send the body as it is: agents' routes take no content-encoding." },
  body: { isProven: false, hint: "The body did not arrive whole, or too slowly." },
  certificate: { isProven: true, hint: "The plugin is bound to a client certificate, and this request did not show it." },
  rate: { isProven: true, hint: "More messages than allowed: keep to next_heartbeat_in_s, and after 429 wait for retry-after." },
  json: { isProven: true, hint: "The signed body is not acceptable JSON: UTF-8, no duplicate names, at most 32 levels and 1,000 names." },
  schema: { isProven: true, hint: "The signed body does not match its schema; the paths say where." },
  other_type: { isProven: true, hint: "The body's type is not this endpoint's own." },
  other_plugin: { isProven: true, hint: "data.plugin_id is not the plugin that signed." },
  other_command: { isProven: true, hint: "data.command_id is not the command in the address." },
  unknown_command: {
    isProven: true,
    hint: "There is no such command for this plugin: answer only what came in the answer to its own beat.",
  },
  answered_otherwise: { isProven: true, hint: "The command has ended otherwise already; forget this answer." },
  not_ordered: { isProven: true, hint: "No live command orders this plugin to fetch that artifact." },
  repeated: {
    isProven: true,
    hint: "Accepted with 200, but without effect: a message of this webhook-id was stored before. Make a new id for each message; only a retry keeps its own.",
  },
  other: { isProven: true, hint: "The code says what kind of refusal it was; the trace id finds its record." },
} as const satisfies Readonly<Record<string, Reason>>;

export type Why = keyof typeof REASONS;
