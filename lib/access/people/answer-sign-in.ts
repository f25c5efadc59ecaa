import { NextRequest } from "next/server";
import NextAuth from "next-auth";
import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { readBytes, route } from "@/lib/platform/web/http";
import { clientOf } from "../adapters/client-address";
import { sessionOptions } from "../adapters/next-auth";

interface SignInContext {
  readonly params: Promise<{ readonly nextauth: string[] }>;
}
type Answer = (request: Request, context: SignInContext) => Promise<Response>;

/** The request with a body that was read under its limit: next-auth itself reads whatever comes, for as long as it comes. */
async function bounded(request: Request): Promise<NextRequest> {
  const { url, method, headers } = request;
  if (method === "GET" || method === "HEAD") return new NextRequest(url, { method, headers });
  const body = await readBytes(request, LIMITS.signInBodyBytes);
  return new NextRequest(url, { method, headers, body: Buffer.from(body) });
}

/**
 * Signing in and out and renewing a session, in next-auth's own protocol; settings are read when it is first asked, not while building.
 * A body beyond LIMITS.signInBodyBytes, or a slow one, is refused before next-auth sees it.
 */
export const answerSignIn: Answer = route(
  async (request: Request, context: SignInContext) => {
    // next-auth reads its own address from the environment alone, and else believes it is localhost:3000.
    process.env.NEXTAUTH_URL ??= environment().publicUrl;
    const answer = NextAuth(sessionOptions(clientOf(request.headers))) as Answer;
    return answer(await bounded(request), context);
  },
  { quiet: true },
);
