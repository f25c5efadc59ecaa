import { environment } from "@/lib/platform/env";

/** Headers by which a mailbox knows a message again, and other machines know that no person wrote it. */
export function mailHeaders(deliveryId: string): { readonly "message-id": string; readonly "auto-submitted": string } {
  return { "message-id": `<msg_${deliveryId}@${new URL(environment().publicUrl).hostname}>`, "auto-submitted": "auto-generated" };
}
