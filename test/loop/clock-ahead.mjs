/** Loaded before a program: its clock goes ahead by as many seconds as the file named by CLOCK_FILE says when it begins. */
import { readFileSync } from "node:fs";

const aheadMs = Number(readFileSync(process.env.CLOCK_FILE ?? "", "utf8")) * 1_000;
const real = Date.now;
Date.now = () => real() + aheadMs;
