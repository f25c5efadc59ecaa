export function startOpsInbox(inbox: { port: number; secret: string }, now?: () => number): Promise<{ port: number; close(): void }>;
