/** A shop that says where it is and then stands for ever: what `break-off.mjs` ends by force. */
import { startWordPress } from "../../../examples/wordpress/host/start-wordpress.mjs";
import { filesOf, MAIN } from "../../../examples/wordpress/pack.mjs";
import { startPaymentService } from "../../../examples/wordpress/payment-service.mjs";
import { findWordPress } from "../../setup/find-wordpress.mjs";

const NAME = "wp-pay";
const tools = findWordPress(process.env);
if (!tools) throw new Error("there is no WordPress here");
const { settings } = await startPaymentService();
const agent = { center_url: "http://127.0.0.1:9", plugin_id: "none", secret: "none", trust: {}, plugin: { folder: NAME, main: MAIN } };
const wishes = () => [{ name: "shop", plugin: { folder: NAME, main: MAIN, files: filesOf(NAME, "1.0.1") }, agent, settings }];
const { shops } = await startWordPress({ tools, wishes, count: 1 });
console.log(`standing ${shops[0]?.dir}`);
