import { defineConfig } from "vitest/config";

const NEVER = ["**/node_modules/**", "**/.next/**", "**/.build/**", "**/.data/**", "**/.demo/**", "e2e/**"];
const ROOMS = "{lib,app,components,db,i18n,scripts,plugin-client,module-client,examples,test}";

// A test's time says that it hangs, never that it is slow: these machines are noisy.
const HANGS = { testTimeout: 120_000, hookTimeout: 120_000 };
/** Contracts that the platform is held to, under the names that its specification gives them. */
const CONTRACTS = "test/loop/gates/*.contract.test.ts";

/** Two suites: `unit` needs nothing but Node; `db` needs PostgreSQL, which its global set-up starts once as a template. */
export default defineConfig({
  resolve: { alias: { "@": import.meta.dirname } },
  test: {
    pool: "forks",
    maxWorkers: 2,
    exclude: NEVER,
    passWithNoTests: false,
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: [`${ROOMS}/**/*.test.{ts,tsx}`, "*.test.ts"],
          exclude: [...NEVER, "**/*.db.test.{ts,tsx}", CONTRACTS],
          ...HANGS,
        },
      },
      {
        extends: true,
        test: {
          name: "db",
          include: [`${ROOMS}/**/*.db.test.{ts,tsx}`, CONTRACTS],
          globalSetup: ["test/database/global-setup.ts"],
          setupFiles: ["test/database/per-file.ts"],
          ...HANGS,
        },
      },
    ],
  },
});
