import { defineConfig, devices } from "@playwright/test";

/** Journeys through the real product: its own processes, its own database, the demo's shops. One Center serves them all. */
export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/support/start-center.ts",
  timeout: 8 * 60_000,
  expect: { timeout: 40_000 },
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  reporter: "list",
  outputDir: "test-results",
  use: {
    ...devices["Desktop Chrome"],
    launchOptions: process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {},
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    locale: "en-GB",
  },
});
