/** The signature of one message, by Standard Webhooks; the secret is `whsec_<base64>`. */
export function messageSignature(secret: string, id: string, timestamp: string, body: string): string;
