import { createTransport } from "nodemailer";
import type { Delivery } from "@/lib/notify/deliver-notification";
import { mailHeaders } from "@/lib/notify/mail/mail-headers";
import { mailHtml } from "@/lib/notify/mail/mail-html";
import type { Language } from "@/lib/notify/mail/mail-text";
import { plain } from "@/lib/notify/plain";
import { LIMITS } from "@/lib/platform/limits";
import { classifyAddress } from "@/lib/platform/outbound/classify-address";

/** One message to one mailbox; its id stays the same however often it is sent. */
export interface Mail {
  readonly deliveryId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly language: Language;
}

/** Where mail is handed over: SMTP_URL and MAIL_FROM, set by whoever runs Center and so not held to the rule of outgoing addresses. */
export interface MailServer {
  readonly url: string;
  readonly from: string;
}

/**
 * Neither a password nor somebody's link crosses a network in the clear: smtp:// turns to TLS or is not used, unless it leads to this
 * very machine or says itself (`?tls=optional`) that the network in between is its own.
 */
function mustTurnToTls({ hostname, searchParams }: URL): boolean {
  const isNear = hostname === "localhost" || classifyAddress(hostname.replace(/^\[|\]$/g, "")) === "loopback";
  return !isNear && searchParams.get("tls") !== "optional";
}

function transportOf(url: URL) {
  const secure = url.protocol === "smtps:";
  const { username, password, hostname } = url;
  const timeout = LIMITS.mailTimeoutMs;
  return createTransport({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && mustTurnToTls(url),
    ...(username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Answers that speak of us and not of the message: they are mended at the mail server, and the message is still good then. */
const OUR_TROUBLE = new Set([530, 534, 535, 538]);

/** What nodemailer says went wrong: where, and with which answer of the server if it gave one. */
interface MailError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

function judge(error: MailError): Delivery {
  const status = error.responseCode ?? null;
  const why = plain(status === null ? `the mail server could not be asked: ${error.message}` : `the mail server answered ${error.message}`);
  const isFinal = (error.code === "EENVELOPE" || error.code === "EMESSAGE") && status !== null && status >= 500 && !OUR_TROUBLE.has(status);
  return { kind: isFinal ? "dead" : "retry", status, why };
}

/** Hands a message to the mail server once. It never throws for what the server or the network does. */
export async function sendMail(server: MailServer, mail: Mail): Promise<Delivery> {
  const transport = transportOf(new URL(server.url));
  const { "message-id": messageId, ...headers } = mailHeaders(mail.deliveryId);
  try {
    await transport.sendMail({
      from: server.from,
      // As a whole address, so that nothing in it can begin a second one.
      to: { name: "", address: mail.to },
      subject: plain(mail.subject),
      text: mail.text,
      html: mailHtml(mail.text, mail.language),
      messageId,
      headers,
    });
    return { kind: "delivered", status: 250 };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return judge(error as MailError);
  } finally {
    transport.close();
  }
}
