// The REST API as a test client sees it.
import { randomUUID } from 'node:crypto'

export class ApiError extends Error {
  constructor(status, problem, path) {
    super(`${status} ${path}: ${problem?.title ?? ''} ${problem?.detail ?? ''}`)
    this.status = status
    this.problem = problem
  }
}

export class Api {
  constructor(url) {
    this.url = url
    this.cookie = ''
    this.bearer = ''
  }

  async request(method, path, body, headers = {}) {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(this.cookie ? { Cookie: this.cookie } : {}),
        ...(this.bearer ? { Authorization: `Bearer ${this.bearer}` } : {}),
        ...(body !== undefined ? { 'Content-Type': 'application/json' } : {}),
        ...(method === 'GET' ? {} : { 'Idempotency-Key': randomUUID(), Origin: this.url }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const cookie = response.headers.get('set-cookie')
    if (cookie) this.cookie = cookie.split(';')[0]
    const type = response.headers.get('content-type') ?? ''
    const content = type.includes('json') ? await response.json() : Buffer.from(await response.arrayBuffer())
    if (!response.ok) throw new ApiError(response.status, content, `${method} ${path}`)
    return content
  }
  get(path) { return this.request('GET', path) }
  post(path, body, headers) { return this.request('POST', path, body ?? {}, headers) }
  put(path, body, headers) { return this.request('PUT', path, body, headers) }

  /** Signs in with the first password and changes it. */
  async signInFirst(account, firstPassword, newPassword) {
    await this.post('/session', { account, password: firstPassword })
    await this.put('/session/password', { old_password: firstPassword, new_password: newPassword })
    return this.signIn(account, newPassword)
  }
  signIn(account, password) { return this.post('/session', { account, password }) }
}
