import { opsRead } from "@/lib/platform/web/ops-route";
import { searchEverything, searchQuery } from "@/lib/platform/web/search/queries-search";

/** GET /api/ops/search: a few of each kind by name, beginning of an id, or trace, of what the caller may see. */
export const GET = opsRead({
  permission: "session:open",
  query: searchQuery,
  read: ({ actor, query }) => searchEverything(actor, query),
});
