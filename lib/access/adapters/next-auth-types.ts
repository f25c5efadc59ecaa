import type { User } from "next-auth";

/** Where a request comes from: the place as a digest, and what the browser calls itself. */
export interface Caller {
  readonly client: string;
  readonly agent: string;
}

/** Who was let in, with the session that their cookie is to name. */
export interface Entered extends User {
  readonly sessionId: string;
}
