import { environment } from "@/lib/platform/env";
import { LIMITS } from "@/lib/platform/limits";
import { readBytes, route } from "@/lib/platform/web/http";
import { askNextAuth } from "../adapters/ask-next-auth";
import { clientOf } from "../adapters/client-address";
import { sessionOptions } from "../adapters/next-auth";

interface SignInContext {
  readonly params: Promise<{ readonly nextauth: string[] }>;
}

/**
 * Signing in and out and renewing a session, in next-auth's own protocol; settings are read when it is first asked, not while building.
 * A body beyond LIMITS.signInBodyBytes, or a slow one, is refused before next-auth sees it.
 */
export const answerSignIn = route(
  async (request: Request, { params }: SignInContext) => {
    // next-auth reads its own address from the environment alone, and else believes it is localhost:3000.
    process.env.NEXTAUTH_URL ??= environment().publicUrl;
    const { nextauth } = await params;
    const agent = (request.headers.get("user-agent") ?? "").slice(0, LIMITS.userAgentCharacters);
    const caller = { client: clientOf(request.headers), agent };
    const body = await readBytes(request, LIMITS.signInBodyBytes);
    return askNextAuth(sessionOptions(caller), request, nextauth, body);
  },
  { quiet: true },
);
