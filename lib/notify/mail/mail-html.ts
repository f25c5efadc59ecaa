const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** A line that is an address and nothing else is a link; no other text ever is. */
function lineOf(line: string): string {
  const safe = escaped(line);
  return /^https?:\/\/[^\s<>"']+$/.test(line) ? `<a href="${safe}">${safe}</a>` : safe;
}

/** The same text for readers of HTML: paragraphs and links, no pictures, no scripts, nothing that calls home. */
export function mailHtml(text: string, language: "en" | "fr"): string {
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => `<p>${paragraph.split("\n").map(lineOf).join("<br>")}</p>`);
  return `<!doctype html><html lang="${language}"><body style="font-family:sans-serif;font-size:16px;line-height:1.5">${paragraphs.join("")}</body></html>`;
}
