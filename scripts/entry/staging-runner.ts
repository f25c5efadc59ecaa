import type { AddressInfo } from "node:net";
import { stagingServer } from "@/lib/delivery/adapters/staging-server";

/** A staging runner on a machine of its own, which Center asks once `STAGING_RUNNER_URL` and `STAGING_RUNNER_TOKEN` name it. */
const { STAGING_RUNNER_TOKEN: token = "", HOST: host = "127.0.0.1", PORT: port = "8100" } = process.env;
if (token.length < 16) {
  console.error("staging-runner: STAGING_RUNNER_TOKEN has to be set, at least 16 characters; Center sends it with every rehearsal");
  process.exit(1);
}
const server = stagingServer(token, (error) => console.error(error));
server.listen(Number(port), host, () => console.log(`Rehearsals at http://${host}:${(server.address() as AddressInfo).port}/rehearse`));
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => server.close(() => process.exit(0)));
