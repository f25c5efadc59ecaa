import { sendLink } from "@/lib/access/links/commands/send-link";
import { linkUrl } from "@/lib/access/links/link-token";
import { opsWrite } from "@/lib/platform/web/ops-route";

/** POST /api/ops/people/:id/link { reason }: a link by which the person chooses a password, once; those before it are void. */
export const POST = opsWrite({
  command: sendLink,
  params: { id: "personId" },
  status: 201,
  answer: async ({ link }) => ({ url: linkUrl(link.id), expires_at: link.expires_at }),
});
