import { z } from "zod";
import { LIMITS } from "@/lib/platform/limits";

const base64url = z
  .string()
  .min(1)
  .max(LIMITS.passkeyFieldCharacters)
  .regex(/^[A-Za-z0-9_-]+$/, "base64url");
const named = { id: base64url, rawId: base64url, type: z.literal("public-key") };

/** How an authenticator can be reached (Web Authentication §5.8.4); further words are left out. */
const TRANSPORTS = ["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"] as const;
const transports = z
  .array(z.string().max(64))
  .max(16)
  .default([])
  .transform((given) => TRANSPORTS.filter((known) => given.includes(known)));

/** A RegistrationResponseJSON as browsers write it; members beyond these are theirs, and not read. */
export const newPasskeyField = z.object({
  ...named,
  response: z.object({ clientDataJSON: base64url, attestationObject: base64url, transports }),
});
export type NewPasskey = z.output<typeof newPasskeyField>;

/** An AuthenticationResponseJSON as browsers write it. */
export const shownPasskeyField = z.object({
  ...named,
  response: z.object({ clientDataJSON: base64url, authenticatorData: base64url, signature: base64url }),
});
export type ShownPasskey = z.output<typeof shownPasskeyField>;

export const digestField = z.string().regex(/^sha256:[0-9a-f]{64}$/);
