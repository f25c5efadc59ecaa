import createNextIntlPlugin from "next-intl/plugin";

/** What no answer needs a nonce for; pages get their own set in proxy.ts, and agents' routes stay free of both. */
const STATIC_HEADERS = [
  { key: "x-content-type-options", value: "nosniff" },
  { key: "referrer-policy", value: "no-referrer" },
  { key: "x-frame-options", value: "DENY" },
  { key: "cross-origin-resource-policy", value: "same-origin" },
];

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  productionBrowserSourceMaps: false,
  images: { unoptimized: true },
  // Types are checked by `npm run verify`; a build on somebody else's machine need not do it again.
  typescript: { ignoreBuildErrors: true },
  turbopack: { root: import.meta.dirname },
  serverExternalPackages: [
    "postgres",
    "pino",
    "pg-boss",
    "@node-rs/argon2",
    "drizzle-orm",
    "prom-client",
    "@opentelemetry/exporter-trace-otlp-http",
    "@opentelemetry/sdk-trace-base",
  ],
  headers: async () =>
    ["/api/ops/:path*", "/api/auth/:path*", "/api/events", "/_next/static/:path*"].map((source) => ({ source, headers: STATIC_HEADERS })),
};

export default createNextIntlPlugin("./i18n/request.ts")(config);
