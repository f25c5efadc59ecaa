import { describeLink, takeLink } from "@/lib/access/links/answer-link";

/** POST /api/auth/link { token }: what it is for. PUT { token, password, email?, name? }: chooses the password, once. */
export { describeLink as POST, takeLink as PUT };
