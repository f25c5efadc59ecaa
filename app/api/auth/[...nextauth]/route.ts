import { answerSignIn } from "@/lib/access/answer-sign-in";

/** /api/auth/*: signing in and out, and renewing a session. */
export { answerSignIn as GET, answerSignIn as POST };
