import { once } from "node:events";
import net from "node:net";

/** A way to the database that a test can cut, slow down and open again. */
export class TcpProxy {
  /** Milliseconds that every piece of an answer is held back. */
  delayMs = 0;
  private isCut = false;
  private readonly sockets = new Set<net.Socket>();
  private readonly server = net.createServer((client) => this.join(client));

  constructor(private readonly targetPort: number) {}

  async open(): Promise<number> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    return (this.server.address() as net.AddressInfo).port;
  }

  /** Breaks what is under way, and every later attempt at once. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private join(client: net.Socket): void {
    if (this.isCut) {
      client.destroy();
      return;
    }
    const server = net.connect(this.targetPort, "127.0.0.1");
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.on("data", (part) => this.pass(part, to, from === server ? this.delayMs : 0));
    }
  }

  private pass(part: Buffer, to: net.Socket, delayMs: number): void {
    const write = () => {
      if (!to.destroyed) to.write(part);
    };
    if (delayMs === 0) write();
    else setTimeout(write, delayMs);
  }
}
