export interface WebhookReceiver {
  port: number;
  counts(slug: string): { accepted: number; rejected: number };
  close(): void;
}

export function startWebhookReceiver(
  port: number,
  shops: Map<string, { secret: string; periodSeconds: number }>,
  now?: () => number,
): Promise<WebhookReceiver>;
