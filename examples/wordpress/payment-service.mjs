import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const LONGEST_BODY = 64 * 1024;

/** The payment service that the shops tell of their orders: it takes what is signed over exactly the bytes it got. */
export async function startPaymentService() {
  const secret = randomBytes(24).toString("hex");
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) if (body.length < LONGEST_BODY) body += chunk;
    const expected = Buffer.from(createHmac("sha256", secret).update(body).digest("hex"));
    const given = Buffer.from(String(request.headers["x-signature"]));
    response.writeHead(given.length === expected.length && timingSafeEqual(given, expected) ? 200 : 401).end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    /** Constants of wp-config.php by which a shop knows the service. */
    settings: { WP_PAY_WEBHOOK_URL: `'http://127.0.0.1:${port}/'`, WP_PAY_SECRET: `'${secret}'` },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
