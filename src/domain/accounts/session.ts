/** Signs what an access token says; the signature's form is the door's business. */
export interface AccessTokens {
  issue(claims: { accountId: number; sessionId: number }): Promise<string>
}
