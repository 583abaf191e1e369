// Where oidc-provider keeps things. Both as quick as they can be made: the comparison is with its best.
import Database from 'better-sqlite3'

const deadline = (expiresIn) => (expiresIn === undefined ? Infinity : Date.now() + expiresIn * 1000)
const now = () => Math.floor(Date.now() / 1000)

/** A Map; what has run out goes when somebody asks for it, or when a sweep finds it. */
export function inMemory() {
  const kept = new Map()
  const ofGrant = new Map()
  setInterval(() => {
    for (const [key, { until }] of kept) if (until < Date.now()) kept.delete(key)
  }, 10_000).unref()
  return class {
    constructor(model) {
      this.model = model
    }
    async upsert(id, payload, expiresIn) {
      const key = `${this.model}:${id}`
      kept.set(key, { payload, until: deadline(expiresIn) })
      if (payload.uid) kept.set(`uid:${payload.uid}`, { payload, until: deadline(expiresIn) })
      if (payload.grantId && !ofGrant.has(payload.grantId)) ofGrant.set(payload.grantId, new Set())
      if (payload.grantId) ofGrant.get(payload.grantId).add(key)
    }
    async find(id) {
      return kept.get(`${this.model}:${id}`)?.payload
    }
    async findByUid(uid) {
      return kept.get(`uid:${uid}`)?.payload
    }
    async consume(id) {
      kept.get(`${this.model}:${id}`).payload.consumed = now()
    }
    async destroy(id) {
      kept.delete(`${this.model}:${id}`)
    }
    async revokeByGrantId(grantId) {
      for (const key of ofGrant.get(grantId) ?? []) kept.delete(key)
      ofGrant.delete(grantId)
    }
  }
}

/** One table, prepared statements, and every commit on the disk (`synchronous = FULL`). */
export function onSqlite(file) {
  const db = new Database(file)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('wal_autocheckpoint = 4000')
  db.exec(`CREATE TABLE kept (model TEXT, id TEXT, payload TEXT, uid TEXT, grant_id TEXT, until REAL, PRIMARY KEY (model, id)) WITHOUT ROWID;
           CREATE INDEX by_uid ON kept (uid) WHERE uid IS NOT NULL; CREATE INDEX by_grant ON kept (grant_id) WHERE grant_id IS NOT NULL`)
  const upsert = db.prepare('INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?, ?)')
  const find = db.prepare('SELECT payload FROM kept WHERE model = ? AND id = ?').pluck()
  const findByUid = db.prepare('SELECT payload FROM kept WHERE uid = ?').pluck()
  const consume = db.prepare("UPDATE kept SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?")
  const destroy = db.prepare('DELETE FROM kept WHERE model = ? AND id = ?')
  const revoke = db.prepare('DELETE FROM kept WHERE grant_id = ?')
  const read = (text) => text && JSON.parse(text)
  return class {
    constructor(model) {
      this.model = model
    }
    async upsert(id, payload, expiresIn) {
      upsert.run(this.model, id, JSON.stringify(payload), payload.uid ?? null, payload.grantId ?? null, deadline(expiresIn))
    }
    async find(id) {
      return read(find.get(this.model, id))
    }
    async findByUid(uid) {
      return read(findByUid.get(uid))
    }
    async consume(id) {
      consume.run(now(), this.model, id)
    }
    async destroy(id) {
      destroy.run(this.model, id)
    }
    async revokeByGrantId(grantId) {
      revoke.run(grantId)
    }
  }
}
