// Signs in at ISSUER with npm's openid-client: discovery, PKCE, the password form, consent, the code, the ID token verified
// by the library, userinfo. Then it renews its tokens, asks what they are good for, and gives them back. Prints what it got
// as JSON; any refusal ends it with a message and a status other than 0.

import { webcrypto } from 'node:crypto'

globalThis.crypto ??= webcrypto // Node 18 keeps it in a module
const client = await import('openid-client')

const { ISSUER, CLIENT_ID, CLIENT_SECRET, CLIENT_AUTH, EMAIL, PASSWORD, REDIRECT_URI } = process.env

/** A browser as far as signing in needs one: it keeps cookies, follows redirects and fills in the first POST form. */
class Browser {
  #cookies = new Map()

  async open(address, form) {
    let url = new URL(address)
    for (let hops = 0; hops < 20; hops++) {
      if (url.href.startsWith(REDIRECT_URI)) return { url }
      const answer = await fetch(url, {
        method: form ? 'POST' : 'GET',
        body: form && new URLSearchParams(form),
        headers: { cookie: [...this.#cookies.values()].join('; '), accept: 'text/html', ...(form && { origin: url.origin }) },
        redirect: 'manual',
      })
      for (const cookie of answer.headers.getSetCookie()) this.#cookies.set(cookie.split('=')[0], cookie.split(';')[0])
      const location = answer.headers.get('location')
      if (!location) return { url, status: answer.status, html: await answer.text() }
      url = new URL(location, url)
      form = undefined
    }
    throw new Error('too many redirects')
  }
}

const unescape = (text) =>
  text.replace(/&#x([0-9a-f]+);|&#(\d+);|&(amp|lt|gt|quot);/gi, (_, hex, decimal, name) =>
    name ? { amp: '&', lt: '<', gt: '>', quot: '"' }[name] : String.fromCodePoint(parseInt(hex ?? decimal, hex ? 16 : 10)))
const attribute = (tag, name) => unescape(tag.match(new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`, 'i'))?.[1] ?? '')

/** The page's first POST form that has these fields, with its hidden inputs: [action, values]. */
function formWith(html, url, fields) {
  for (const [, tag, inside] of html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)) {
    if (attribute(tag, 'method').toLowerCase() !== 'post') continue
    const inputs = [...inside.matchAll(/<input\b[^>]*>/gi)].map(([input]) => input)
    if (!fields.every((field) => inputs.some((input) => attribute(input, 'name') === field))) continue
    const hidden = inputs.filter((input) => attribute(input, 'type') === 'hidden')
    return [new URL(attribute(tag, 'action') || url, url), Object.fromEntries(hidden.map((i) => [attribute(i, 'name'), attribute(i, 'value')]))]
  }
  throw new Error(`no form with ${fields.join(' and ')} at ${url}:\n${html}`)
}

const authentication = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
}[CLIENT_AUTH ?? 'client_secret_basic'](CLIENT_SECRET)

// An http issuer is right on localhost only, and has to be allowed by name.
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, undefined, authentication, { execute: [client.allowInsecureRequests] })
const verifier = client.randomPKCECodeVerifier()
const state = client.randomState()
const nonce = client.randomNonce()
const start = client.buildAuthorizationUrl(config, {
  redirect_uri: REDIRECT_URI,
  scope: 'openid profile email offline_access',
  prompt: 'consent',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
})

const browser = new Browser()
const login = await browser.open(start)
const [action, hidden] = formWith(login.html ?? '', login.url, ['email', 'password'])
const question = await browser.open(action, { ...hidden, email: EMAIL, password: PASSWORD })
const [agree, asked] = formWith(question.html ?? '', question.url, ['question'])
const back = await browser.open(agree, { ...asked, answer: 'allow' })
if (!back.url.href.startsWith(REDIRECT_URI)) throw new Error(`stranded at ${back.url} (${back.status}):\n${back.html}`)

const tokens = await client.authorizationCodeGrant(config, back.url, {
  pkceCodeVerifier: verifier,
  expectedState: state,
  expectedNonce: nonce,
  idTokenExpected: true,
})
const id_token = tokens.claims()
const userinfo = await client.fetchUserInfo(config, tokens.access_token, id_token.sub)
if (userinfo.email !== EMAIL) throw new Error(`userinfo speaks of ${userinfo.email}`)

const renewed = await client.refreshTokenGrant(config, tokens.refresh_token)
if (renewed.claims().sub !== id_token.sub || renewed.claims().auth_time !== id_token.auth_time) throw new Error('another sign-in')
const introspection = await client.tokenIntrospection(config, renewed.access_token)
if (!introspection.active || introspection.sub !== id_token.sub) throw new Error(`introspection: ${JSON.stringify(introspection)}`)
await client.tokenRevocation(config, renewed.refresh_token)
const after = await client.tokenIntrospection(config, renewed.access_token)
if (after.active) throw new Error('a token that was given back is still good')
console.log(JSON.stringify({ id_token, userinfo, introspection }, null, 2))
