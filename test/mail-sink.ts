import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

/** One message as a real mail server took it. */
export interface SunkMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The message as it came over the wire: headers, an empty line, the body. */
  readonly raw: string;
}

export interface MailSink {
  readonly url: string;
  readonly got: SunkMail[];
  /** What the server answers next at each of its steps; null is "yes". */
  readonly answer: { recipient: number | null; data: number | null };
  /** Called when a message was taken, before its sender hears of it. */
  onTaken: (mail: SunkMail) => Promise<void>;
  close(): Promise<void>;
}

function refusal(code: number): Error {
  return Object.assign(new Error(code < 500 ? "try again later" : "no such mailbox"), { responseCode: code });
}

/** A real SMTP server on this machine that keeps what it is given. */
export async function openMailSink(port = 0): Promise<MailSink> {
  const got: SunkMail[] = [];
  const answer: MailSink["answer"] = { recipient: null, data: null };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_address, _session, done) => done(answer.recipient === null ? null : refusal(answer.recipient)),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        if (answer.data !== null) return done(refusal(answer.data));
        const { mailFrom, rcptTo } = session.envelope;
        const mail = {
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString("utf8"),
        };
        got.push(mail);
        sink.onTaken(mail).then(() => done(), done);
      });
    },
  });
  // A sender that gives up in the middle is no fault of this server.
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const sink: MailSink = {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    got,
    answer,
    onTaken: async () => undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return sink;
}

/** A header of a message with its folded lines put together; null when it is not there. */
export function headerOf({ raw }: SunkMail, name: string): string | null {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  const line = head.split("\r\n").find((text) => text.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line === undefined ? null : line.slice(name.length + 1).trim();
}

/** The parts of a message that are text, decoded. */
export function textOf({ raw }: SunkMail): string {
  return raw
    .split(/\r\n--[^\r\n]+/)
    .map((part) => {
      const [head = "", ...body] = part.split("\r\n\r\n");
      const text = body.join("\r\n\r\n");
      if (/base64/i.test(head)) return Buffer.from(text, "base64").toString("utf8");
      if (!/quoted-printable/i.test(head)) return text;
      const bytes = text
        .replace(/=\r\n/g, "")
        .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, "latin1").toString("utf8");
    })
    .join("\n");
}
