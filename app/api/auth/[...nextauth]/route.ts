import { answerSignIn } from "@/lib/access/people/answer-sign-in";

/** /api/auth/*: signing in and out, and renewing a session. */
export { answerSignIn as GET, answerSignIn as POST };
