import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { findExecutable } from "./setup/find-executable.mjs";
import { runWithProgress } from "./setup/run-with-progress.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const MAC_BROWSERS = ["/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"];
const ANSWERS_WITHIN_MS = 20_000;
const DOWNLOAD_WITHIN_MS = 300_000;

/**
 * Finds a Chromium or Chrome that really runs (some distributions put a stub there that only says how to install it).
 *
 * @param {Record<string, string | undefined>} env CHROMIUM_PATH names one for certain
 * @returns {Promise<string | null>} its path, for Playwright's `executablePath`
 */
export async function findBrowser(env) {
  if (env.CHROMIUM_PATH) return fs.existsSync(env.CHROMIUM_PATH) ? env.CHROMIUM_PATH : null;
  const installed = NAMES.map((name) => findExecutable(name, env)).filter((file) => file !== null);
  for (const file of [...installed, ...MAC_BROWSERS]) if (runs(file)) return file;
  const downloaded = await downloadedBrowser();
  return downloaded && runs(downloaded) ? downloaded : null;
}

/**
 * Has Playwright download its own Chromium when there is no other.
 *
 * @param {import("./setup/ensure-dependencies.mjs").Surroundings} surroundings
 * @throws {Error} with Playwright's words
 */
export async function ensureBrowser({ root, env, report }) {
  if (await findBrowser(env)) return;
  const program = { node: [path.join("node_modules", "@playwright", "test", "cli.js"), "install", "chromium"] };
  await runWithProgress({ label: "downloading Chromium (playwright install)", root, program, env, report, withinMs: DOWNLOAD_WITHIN_MS });
}

/** @param {string} file */
function runs(file) {
  return fs.existsSync(file) && spawnSync(file, ["--version"], { timeout: ANSWERS_WITHIN_MS, stdio: "ignore" }).status === 0;
}

/** @returns {Promise<string | null>} where Playwright keeps the one it has downloaded, if it has */
async function downloadedBrowser() {
  // Installed by npm ci, hence not at the top: this file is loaded before that has run.
  const { chromium } = await import("@playwright/test");
  return fs.existsSync(chromium.executablePath()) ? chromium.executablePath() : null;
}
