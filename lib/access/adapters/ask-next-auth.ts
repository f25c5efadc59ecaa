import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth, { type NextAuthOptions } from "next-auth";
import { cookiesOf } from "../people/cookies-of";

/** What next-auth writes its answer into, as it would into Next's own. */
class Answer {
  private code = 200;
  private content: string | null = null;
  private readonly headers = new Headers();

  status(code: number): this {
    this.code = code;
    return this;
  }

  getHeader(name: string): string[] | undefined {
    return name.toLowerCase() === "set-cookie" ? this.headers.getSetCookie() : undefined;
  }

  setHeader(name: string, value: string | readonly string[]): this {
    this.headers.delete(name);
    for (const one of [value].flat()) this.headers.append(name, one);
    return this;
  }

  json(body: unknown): void {
    this.setHeader("content-type", "application/json");
    this.content = JSON.stringify(body);
  }

  send(body: unknown): void {
    if (typeof body === "string" || body === undefined || body === null) this.content = body ?? null;
    else this.json(body);
  }

  end(): void {
    this.content = null;
  }

  toResponse(): Response {
    return new Response(this.content, { status: this.code, headers: this.headers });
  }
}

/** The fields of a form or of a JSON object; of anything else none. */
function fieldsOf(contentType: string, body: Uint8Array): Record<string, unknown> {
  const text = Buffer.from(body).toString("utf8");
  if (contentType.includes("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  if (!contentType.includes("application/json")) return {};
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/**
 * Asks next-auth by its own protocol, with everything it knows of the request in the arguments.
 *
 * @param steps  of the path below /api/auth
 * @param body   already read, under its limit
 */
export async function askNextAuth(
  options: NextAuthOptions,
  request: Request,
  steps: readonly string[],
  body: Uint8Array,
): Promise<Response> {
  const { method, headers } = request;
  // What is asked besides when a sign-in begins would be sent on to the identity provider.
  const parameters = steps[0] === "signin" ? [] : new URL(request.url).searchParams;
  const answer = new Answer();
  const asked = {
    method,
    headers: Object.fromEntries(headers),
    cookies: Object.fromEntries(cookiesOf(headers.get("cookie"))),
    query: { ...Object.fromEntries(parameters), nextauth: [...steps] },
    body: method === "POST" ? fieldsOf(headers.get("content-type") ?? "", body) : undefined,
  };
  await NextAuth(options)(asked as unknown as NextApiRequest, answer as unknown as NextApiResponse);
  return answer.toResponse();
}
