export interface Answer<Body> {
  status: number
  headers: Headers
  body: Body
}

/** A caller with its own address on the network and, once signed in, its own token. */
export function caller(url: string, ip: string) {
  let token: string | undefined

  async function call<Body>(method: string, route: string, body?: unknown): Promise<Answer<Body>> {
    const response = await fetch(url + route, {
      method,
      headers: {
        'cf-connecting-ip': ip,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body }
  }

  /** A call that has to succeed. */
  async function must<Body>(method: string, route: string, body?: unknown): Promise<Body> {
    const answer = await call<Body>(method, route, body)
    if (answer.status >= 300) {
      throw new Error(`${method} ${route} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    }
    return answer.body
  }

  async function signUp(firstName: string) {
    const account = { email: `${firstName.toLowerCase()}@example.com`, password: 'correct horse battery' }
    const session = await must<{ access_token: string }>('POST', '/api/auth/signup', {
      ...account,
      firstName,
      lastName: 'Example',
    })
    token = session.access_token
    return account
  }

  return { call, must, signUp }
}
