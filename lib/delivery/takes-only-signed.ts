/** Whether an agent has pinned a root of trust, which it says in its beats: it then installs nothing that its vendor did not sign. */
export function takesOnlySigned(capabilities: readonly string[] | null): boolean {
  return capabilities?.includes("tuf") ?? false;
}
