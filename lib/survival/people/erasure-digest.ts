import { digestOf } from "@/lib/kernel/canonical-json";

/** What each of the two people who erase somebody enters a code for: exactly this record, by its address. */
export function erasureDigest(personId: string, email: string): string {
  return digestOf({ do: "erase_person", person: personId, email: email.toLowerCase() });
}
