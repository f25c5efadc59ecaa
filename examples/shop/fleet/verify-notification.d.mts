/** Whether a notification really comes from the holder of the secret (Standard Webhooks). @param timeMs now, Unix milliseconds */
export function isGenuineNotification(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: Buffer,
  timeMs: number,
): boolean;
