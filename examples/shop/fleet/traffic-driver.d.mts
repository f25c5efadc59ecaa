import type { Agent } from "node:http";
import type { Order } from "./order-sequence.mjs";

export function placeOrder(port: number, order: Order, agent: Agent): Promise<number>;
