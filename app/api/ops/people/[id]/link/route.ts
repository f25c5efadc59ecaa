import { sendLink } from "@/lib/access/links/commands/send-link";
import { toldLink } from "@/lib/access/links/link-token";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/people/:id/link { reason }: a link by which the person chooses a password, once, sent by e-mail where that is set up; those before it are void. */
export const POST = opsWrite({
  command: sendLink,
  params: { id: "personId" },
  status: 201,
  answer: async ({ link, email }) => toldLink(link, email),
});
