import { digestOf } from "@/lib/kernel/canonical-json";

/** What a person who replaces their factor enters a code of the old one for. */
export function replacementDigest(email: string): string {
  return digestOf({ do: "replace_factor", person: email.toLowerCase() });
}

/** What a security admin who resets somebody's factor enters their own code for. */
export function resetDigest(personId: string): string {
  return digestOf({ do: "reset_factor", person: personId });
}

/** What somebody who gives rights enters a code for: exactly these, to exactly this person. */
export function grantDigest(email: string, roles: readonly string[], tenants: readonly string[]): string {
  return digestOf({ do: "grant_rights", person: email.toLowerCase(), roles: roles.toSorted(), tenants: tenants.toSorted() });
}

/** What somebody who sends a person a link enters a code for. */
export function linkDigest(personId: string): string {
  return digestOf({ do: "send_link", person: personId });
}

/** What somebody who has a factor shows it for to add a passkey. */
export function addPasskeyDigest(email: string): string {
  return digestOf({ do: "add_passkey", person: email.toLowerCase() });
}

/** What somebody who gives up a passkey shows a factor for. */
export function removePasskeyDigest(passkeyId: string): string {
  return digestOf({ do: "remove_passkey", passkey: passkeyId });
}
