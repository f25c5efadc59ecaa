import { expect, type Page, test } from "@playwright/test";
import { launchCenter, type RunningCenter } from "./support/start-center";

const PASSWORD = "correct horse battery staple";
let center: RunningCenter;

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  test.setTimeout(3 * 60_000);
  // By name: at an IP address browsers use no passkeys.
  center = await launchCenter({ DEMO: "0", HOST: "localhost" });
});
test.afterAll(() => center.stop());

async function signIn(page: Page): Promise<void> {
  await page.getByLabel("E-mail address").fill("first@center.test");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(`${center.url}/`);
}

test("an installation without people prints a link; whoever holds it becomes the first administrator, once", async ({ page }) => {
  const [, link = ""] = /the first administrator signs up at (\S+)/.exec(center.printed()) ?? [];
  expect(link).toContain("/signin/link#");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "First administrator" })).toBeVisible();
  await page.getByLabel("Your e-mail address").fill("first@center.test");
  await page.getByLabel("Your name").fill("Fiona First");
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("The same once more").fill(PASSWORD);
  await page.getByRole("button", { name: "Set the password" }).click();
  await page.getByRole("link", { name: "To the sign-in page" }).click();
  await signIn(page);
  await page.goto(`${center.url}/people`);
  await expect(page.getByText("Fiona First")).toBeVisible();
  await page.goto("about:blank");
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
});

/** A browser's own authenticator that knows its person; it can be told to know nobody. */
async function withAuthenticator(page: Page): Promise<{ recognise(isKnown: boolean): Promise<unknown> }> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("WebAuthn.enable");
  const { authenticatorId } = await browser.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  });
  return { recognise: (isUserVerified) => browser.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }) };
}

test("a passkey is added on one's own page, and shown to ask for the kill switch to be turned off, by keyboard alone", async ({ page }) => {
  const finger = await withAuthenticator(page);
  await page.goto(`${center.url}/signin`);
  await signIn(page);
  await page.goto(`${center.url}/account`);
  const card = page.getByRole("region", { name: "Your passkeys" });
  await card.getByRole("button", { name: "Add a passkey" }).press("Enter");
  const adding = page.getByRole("dialog", { name: "Add a passkey" });
  await adding.getByLabel("Name of the passkey").fill("Work laptop");
  await adding.getByLabel("Name of the passkey").press("Enter");
  await expect(adding).toBeHidden();
  await expect(card.getByText("Work laptop")).toBeVisible();

  await page.goto(`${center.url}/safety`);
  const killSwitch = page.getByRole("region", { name: /Kill switch/ });
  await page.getByRole("button", { name: "Stop everything" }).press("Enter");
  await page.getByRole("button", { name: "Changes are doing harm" }).press("Enter");
  await page.getByRole("button", { name: "Turn on Kill switch" }).press("Enter");
  await killSwitch.getByRole("button", { name: "Ask to turn off" }).press("Enter");
  const asking = page.getByRole("dialog");
  await asking.getByRole("button", { name: "The cause is found and mended" }).press("Enter");
  await asking.getByLabel("What it is about").fill("global");
  await expect(asking.getByText(/your browser asks for your passkey/)).toBeVisible();
  await finger.recognise(false);
  await asking.getByRole("button", { name: "Ask to turn off" }).press("Enter");
  await expect(asking.getByRole("alert")).toContainText("No passkey was shown");
  await finger.recognise(true);
  await asking.getByRole("button", { name: "Ask to turn off" }).press("Enter");
  await expect(page.getByRole("heading", { name: "Waiting for a second person" })).toBeVisible();
  await expect(page.getByText("shown by a second factor")).toBeVisible();
});
