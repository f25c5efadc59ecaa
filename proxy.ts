import { type NextRequest, NextResponse } from "next/server";

/** What next-auth calls its session cookie, over http and https; a long one is cut into numbered parts. */
const SESSION_COOKIE = /^(__Secure-)?next-auth\.session-token(\.0)?$/;
const PUBLIC_PAGES = new Set(["/signin", "/signin/link"]);

function contentSecurityPolicy(nonce: string): string {
  const forDevelopment = process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : "";
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${forDevelopment}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}

const FIXED_HEADERS = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "private, no-store",
} as const;

function toSignIn(request: NextRequest): NextResponse {
  const target = request.nextUrl.clone();
  const wanted = `${request.nextUrl.pathname}${request.nextUrl.search}`;
  target.pathname = "/signin";
  target.search = wanted === "/" ? "" : `?${new URLSearchParams({ next: wanted })}`;
  return NextResponse.redirect(target, 307);
}

/**
 * Headers of pages, and the way to the sign-in page for whoever carries no session at all. It grants nothing: whether a
 * session is any good is asked where the data is read.
 */
export function proxy(request: NextRequest): NextResponse {
  const hasSession = request.cookies.getAll().some(({ name }) => SESSION_COOKIE.test(name));
  if (!hasSession && !PUBLIC_PAGES.has(request.nextUrl.pathname)) return withHeaders(toSignIn(request), null);

  const nonce = Buffer.from(crypto.randomUUID()).toString("base64");
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  // Next reads the nonce for its own scripts from here.
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  return withHeaders(NextResponse.next({ request: { headers } }), policy);
}

function withHeaders(response: NextResponse, policy: string | null): NextResponse {
  for (const [name, value] of Object.entries(FIXED_HEADERS)) response.headers.set(name, value);
  if (policy) response.headers.set("content-security-policy", policy);
  return response;
}

/** Pages alone: every route under /api, agents' above all, must not pay for this. */
export const config = { matcher: ["/((?!api/|_next/|.*\\.[a-z0-9]+$).*)"] };
