/** All vectors, by the name of their file. */
export function makeVectors(): Record<"messages.json" | "commands.json" | "metadata.json", string>;
