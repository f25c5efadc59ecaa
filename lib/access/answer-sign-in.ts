import NextAuth from "next-auth";
import { sessionOptions } from "./adapters/next-auth";

type Handler = (request: Request, context: { params: Promise<{ nextauth: string[] }> }) => Promise<Response>;

/** Page on which people sign in, and which tells why that failed. */
const SIGN_IN_PAGE = "/signin";

/** Answers next-auth's own protocol: signing in and out, and renewing a session. Options are read at the first request, not while building. */
export const answerSignIn: Handler = (request, context) => {
  const answer = NextAuth({ ...sessionOptions(), pages: { signIn: SIGN_IN_PAGE, error: SIGN_IN_PAGE } }) as Handler;
  return answer(request, context);
};
