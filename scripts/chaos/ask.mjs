/**
 * One request, answered or given up in time. The race is our own: of a connection whose other end was killed in the middle, `fetch` may never say
 * another word, and a signal that nobody holds is collected before it fires.
 *
 * @param {string} url @param {RequestInit} request @param {number} withinMs
 * @returns {Promise<{ status: number, text: string }>} status 0 when there was no whole answer; `text` then says why
 */
export async function ask(url, request, withinMs) {
  const impatience = new AbortController();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const tooLate = new Promise((resolve) => {
    timer = setTimeout(() => {
      impatience.abort();
      resolve({ status: 0, text: `no answer within ${withinMs} ms` });
    }, withinMs);
  });
  const answered = fetch(url, { ...request, signal: impatience.signal })
    .then(async (answer) => ({ status: answer.status, text: await answer.text() }))
    .catch((error) => ({ status: 0, text: String(error.cause ?? error) }));
  const first = await Promise.race([answered, tooLate]);
  clearTimeout(timer);
  return first;
}
