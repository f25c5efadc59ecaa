import { digestOf } from "@/lib/kernel/canonical-json";

/** What a person who replaces their factor enters a code of the old one for. */
export function replacementDigest(email: string): string {
  return digestOf({ do: "replace_factor", person: email.toLowerCase() });
}

/** What a security admin who resets somebody's factor enters their own code for. */
export function resetDigest(personId: string): string {
  return digestOf({ do: "reset_factor", person: personId });
}
