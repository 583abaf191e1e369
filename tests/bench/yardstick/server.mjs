// npm oidc-provider as a yardstick: node server.mjs PORT DATABASE, where DATABASE is a file for a durable SQLite or
// ":memory:" for a Map. Whoever comes is signed in as the one account there is, and is never asked for consent.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { inMemory, onSqlite } from './adapters.mjs'

const [port, database] = process.argv.slice(2)
const jwk = (type, options, extra) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), use: 'sig', ...extra })
const client = (alg) => ({
  client_id: alg.toLowerCase(),
  client_secret: 'yardstick-secret',
  redirect_uris: ['http://127.0.0.1:9/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  id_token_signed_response_alg: alg,
})

const provider = new Provider(`http://localhost:${port}`, {
  adapter: database === ':memory:' ? inMemory() : onSqlite(database),
  clients: [client('ES256'), client('RS256')],
  jwks: { keys: [jwk('ec', { namedCurve: 'P-256' }, { alg: 'ES256' }), jwk('rsa', { modulusLength: 2048 }, { alg: 'RS256' })] },
  cookies: { keys: ['yardstick'] },
  features: { devInteractions: { enabled: false } },
  claims: { email: ['email', 'email_verified'], profile: ['name'] },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  ttl: { Session: 86400, Grant: 86400 },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: '大塚 美咲', email: 'misaki@demo.example', email_verified: true }),
  }),
  async loadExistingGrant({ oidc }) {
    const known = oidc.session.grantIdFor(oidc.client.clientId)
    if (known) return oidc.provider.Grant.find(known)
    const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
    grant.addOIDCScope('openid profile email offline_access')
    await grant.save()
    return grant
  },
})

const answer = provider.callback()
const signIn = (request, response) =>
  provider.interactionFinished(request, response, { login: { accountId: 'misaki' } }).catch((error) => {
    response.statusCode = 500
    response.end(String(error))
  })
createServer((request, response) => (request.url.startsWith('/interaction/') ? signIn : answer)(request, response)).listen(
  Number(port),
  '127.0.0.1',
)
