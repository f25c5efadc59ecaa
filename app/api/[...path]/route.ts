import { Refusal } from "@/lib/kernel/refusal";
import { respond, route } from "@/lib/platform/web/http";

/** Whatever the API does not have is answered as the API answers, not as a page. */
const missing = route(() => respond(new Refusal("not-found", "No such address")));

export { missing as DELETE, missing as GET, missing as PATCH, missing as POST, missing as PUT };
