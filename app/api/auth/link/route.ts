import { describeLink, takeLink } from "@/lib/access/links/answer-link";

/** POST /api/auth/link { token }: what a one-time link is for, if it still works. */
/** PUT /api/auth/link { token, password, email?, name? }: a one-time link is taken, and its owner's password chosen. */
export { describeLink as POST, takeLink as PUT };
