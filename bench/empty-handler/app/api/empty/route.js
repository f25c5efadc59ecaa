/** What an App Router route costs that does nothing at all: the floor under every handler of Center. */
export async function POST(request) {
  await request.arrayBuffer();
  return Response.json({ status: "ok" });
}
