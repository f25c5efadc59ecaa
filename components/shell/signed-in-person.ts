/** Who is signed in, as the shell shows it. */
export interface SignedInPerson {
  readonly email: string;
  readonly roles: readonly string[];
}
