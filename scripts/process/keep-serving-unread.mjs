/** Whoever watched our output may close it (`npm start | head`): that is no reason to stop serving. */
export function keepServingUnread() {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}
