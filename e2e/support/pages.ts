import { type APIRequestContext, type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { centerUrl, firstAdmin, merchant } from "./center";
import { aPausedRollout } from "./rollouts";

/** A page of Center: where it is, and what its first verdict says in English. */
export interface CheckedPage {
  readonly name: string;
  readonly path: () => Promise<string> | string;
  readonly verdict: RegExp;
  readonly isPublic?: boolean;
}

let session: Awaited<ReturnType<BrowserContext["storageState"]>> | undefined;

/** A session of the first administrator, opened once in this process: the form itself is looked at in one test of its own. */
async function openSession(request: APIRequestContext): Promise<NonNullable<typeof session>> {
  if (session) return session;
  const headers = { origin: centerUrl() };
  const { csrfToken } = (await (await request.get(`${centerUrl()}/api/auth/csrf`, { headers })).json()) as { csrfToken: string };
  const form = { csrfToken, ...firstAdmin(), json: "true" };
  const answer = await request.post(`${centerUrl()}/api/auth/callback/credentials`, { headers, form, maxRedirects: 0 });
  expect(answer.status(), await answer.text()).toBeLessThan(400);
  session = await request.storageState();
  return session;
}

type Look = Parameters<Browser["newContext"]>[0];

/** A browser of its own in which the first administrator is signed in, in one of the languages. */
export async function signedInContext(
  browser: Browser,
  request: APIRequestContext,
  locale: "en" | "fr",
  look: Look = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    ...look,
    storageState: await openSession(request),
    locale: locale === "fr" ? "fr-FR" : "en-GB",
  });
  await context.addCookies([{ name: "locale", value: locale, url: centerUrl() }]);
  return context;
}

let incidentId: string | undefined;

/** The newest incident; the demo's sick shop has one within seconds. */
async function anIncident(request: APIRequestContext): Promise<string> {
  const read = async () => {
    const answer = await request.get(`${centerUrl()}/api/ops/plugin-incidents?limit=1&view=row&tenant_id=${merchant("atlas").tenant.id}`);
    return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id;
  };
  if (!incidentId) await expect.poll(read, { timeout: 120_000, intervals: [1_000] }).toBeTruthy();
  incidentId ??= await read();
  return incidentId ?? "";
}

let decisionId: string | undefined;

/** The newest decision about the demo's sick shop. */
async function aDecision(request: APIRequestContext): Promise<string> {
  const incident = await anIncident(request);
  const read = async () => {
    const answer = await request.get(`${centerUrl()}/api/ops/sira/decisions?limit=1&incident_id=${incident}`);
    return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id;
  };
  if (!decisionId) await expect.poll(read, { timeout: 120_000, intervals: [1_000] }).toBeTruthy();
  decisionId ??= await read();
  return decisionId ?? "";
}

let postmortemId: string | undefined;

/** The postmortem of the demo's sick shop, begun where there is none yet. */
async function aPostmortem(request: APIRequestContext): Promise<string> {
  const incident = await anIncident(request);
  if (postmortemId) return postmortemId;
  const headers = { origin: centerUrl() };
  await request.post(`${centerUrl()}/api/ops/postmortems`, { headers, data: { incident_id: incident } });
  const answer = await request.get(`${centerUrl()}/api/ops/postmortems?incident_id=${incident}`);
  postmortemId = ((await answer.json()) as { items: { id: string }[] }).items[0]?.id ?? "";
  return postmortemId;
}

let repairId: string | undefined;

/** A run of a repair of Center's own rows, tried where none was yet: it changes nothing. */
async function aRepairRun(request: APIRequestContext): Promise<string> {
  if (repairId) return repairId;
  const headers = { origin: centerUrl() };
  const data = { reason: "a look whether anything is wrong" };
  const answer = await request.post(`${centerUrl()}/api/ops/repairs/repair_rollup_gaps/dry-run`, { headers, data });
  expect(answer.status(), await answer.text()).toBe(202);
  repairId = ((await answer.json()) as { id: string }).id;
  return repairId;
}

/** What is shown of the platform's own modules. */
function modulePages(request: APIRequestContext): readonly CheckedPage[] {
  return [
    { name: "modules", path: () => "/modules", verdict: /modules? (is|are) well|in trouble|was not heard/ },
    {
      name: "module",
      path: () => "/modules/catalog",
      verdict: /It works|It works in part|It does not work|It is silent|It was never heard/,
    },
    {
      name: "incidents of modules",
      path: () => "/module-incidents",
      verdict: /No module has an incident|incidents? of (a module|modules) go/,
    },
    { name: "objectives", path: () => "/slos", verdict: /objectives? (that can be told )?(is|are|has|have) |Too little is known/ },
    {
      name: "objective",
      path: () => "/slos/catalog.tenant.error_rate",
      verdict: /It is kept|It cannot be told|The budget is/,
    },
    { name: "snapshots", path: () => "/snapshots", verdict: /Nothing is saved yet|is saved, and|are saved, and|rehearsals? of/ },
    { name: "repairs", path: () => "/repairs", verdict: /Nothing is being repaired|under way/ },
    {
      name: "repair run",
      path: async () => `/repairs/${await aRepairRun(request)}`,
      verdict: /being found out what would change|nothing to mend|would change|Nobody applied it/,
    },
    { name: "scanner", path: () => "/scanner", verdict: /invariants hold|broken|not known whether/ },
  ];
}

/** How many pages there are: tests are named before a browser is there to ask. */
export const PAGE_COUNT = 34;

/** Every page that a person can open. */
export function allPages(request: APIRequestContext): readonly CheckedPage[] {
  const atlas = merchant("atlas");
  return [
    { name: "sign in", path: () => "/signin", verdict: /Sign in/, isPublic: true },
    { name: "overview", path: () => "/", verdict: /plugins? (is|are) (well|in trouble)|needs? a person|are well/ },
    { name: "incidents", path: () => "/incidents", verdict: new RegExp(atlas.tenant.name) },
    { name: "incident", path: async () => `/incidents/${await anIncident(request)}`, verdict: new RegExp(`: ${atlas.tenant.name}`) },
    { name: "fleet", path: () => "/fleet", verdict: /plugins connected/ },
    { name: "plugin", path: () => `/fleet/${atlas.plugin.id}`, verdict: /It (reports|is late|is silent|was never heard)/ },
    { name: "releases", path: () => "/releases", verdict: /releases are signed|expires soon/ },
    { name: "stream", path: () => `/fleet/${atlas.plugin.id}/streams/webhook_fail_rate`, verdict: /What the detectors see/ },
    ...modulePages(request),
    { name: "sira", path: () => "/sira", verdict: /In force:/ },
    { name: "decision", path: async () => `/sira/${await aDecision(request)}`, verdict: /drawn with a chance of/ },
    {
      name: "rollouts",
      path: () => "/rollouts",
      verdict: /release(s are|s? is) on (its|their) way|No release is on its way|One release is on its way/,
    },
    { name: "calendar", path: () => "/calendar", verdict: /may begin|may not be changed now|Nothing is widened/ },
    { name: "runbooks", path: () => "/runbooks", verdict: /\d+ runbooks; open one/ },
    { name: "runbook", path: () => "/runbooks/bad-patch", verdict: /A plugin’s patch has gone bad/ },
    { name: "postmortems", path: () => "/postmortems", verdict: /postmortems?|Nothing was written yet/ },
    { name: "postmortem", path: async () => `/postmortems/${await aPostmortem(request)}`, verdict: /draft|reviewed/ },
    {
      name: "rollout",
      path: async () => `/rollouts/${await aPausedRollout(request)}`,
      verdict: /Nothing more begins; 0 of \d+ keep it/,
    },
    { name: "safety", path: () => "/safety", verdict: /Kill switch/ },
    { name: "approvals", path: () => "/approvals", verdict: /waits? for a person/ },
    { name: "account", path: () => "/account", verdict: /Where you are signed in/ },
    { name: "on call", path: () => "/on-call", verdict: /would be woken|Nobody would be woken/ },
    { name: "deliveries", path: () => "/deliveries", verdict: /What Center told whom/ },
    {
      name: "addresses",
      path: () => `/deliveries/addresses?tenant_id=${atlas.tenant.id}`,
      verdict: new RegExp(`Who is told at ${atlas.tenant.name}`),
    },
    { name: "offboarding", path: () => `/offboarding?tenant_id=${atlas.tenant.id}`, verdict: /Nobody has asked that it be offboarded/ },
    { name: "audit", path: () => "/audit", verdict: /Is the log whole\?/ },
  ];
}

/** Collects whatever the browser complains of: errors and warnings of scripts, refused content, hydration that does not match. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

/** How far the page can be pushed sideways, in pixels. */
export function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
