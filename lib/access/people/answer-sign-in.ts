import NextAuth from "next-auth";
import { environment } from "@/lib/platform/env";
import { sessionOptions } from "../adapters/next-auth";

interface SignInContext {
  readonly params: Promise<{ readonly nextauth: string[] }>;
}
type Answer = (request: Request, context: SignInContext) => Promise<Response>;

/** Signing in and out and renewing a session, in next-auth's own protocol; settings are read when it is first asked, not while building. */
export const answerSignIn: Answer = (request, context) => {
  // next-auth reads its own address from the environment alone, and else believes it is localhost:3000.
  process.env.NEXTAUTH_URL ??= environment().publicUrl;
  return (NextAuth(sessionOptions()) as Answer)(request, context);
};
