/** Bearer tokens (JWT, RFC 7519) and the one-time sign-in links that a development server prints. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'

/** What a token says: a person of a locality. */
export type Identity = { readonly locality: string; readonly person: string }

export type Tokens = {
  /** A token that holds for `hours`. */
  sign(identity: Identity, hours: number): Promise<string>
  /** The identity of a valid token of this server; undefined for any other. */
  verify(token: string): Promise<Identity | undefined>
}

const issuer = 'gridwright'
const development = 'gridwright-development'
const cacheSize = 2000

/** Tokens signed with `secret` (at least 32 bytes). Development tokens are another audience, refused where `developmentAllowed` is false. */
export function tokensOf(secret: Uint8Array, developmentAllowed: boolean): Tokens {
  if (secret.length < 32) throw new Error('the token secret must have at least 32 bytes')
  const verified = new Map<string, { identity: Identity; expires: number }>()
  return {
    sign: ({ locality, person }, hours) =>
      new SignJWT({ locality })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(person)
        .setIssuer(issuer)
        .setAudience(development)
        .setIssuedAt()
        .setExpirationTime(`${hours}h`)
        .sign(secret),
    async verify(token) {
      const known = verified.get(token)
      if (known && known.expires > Date.now()) return known.identity
      try {
        const { payload } = await jwtVerify(token, secret, {
          issuer,
          algorithms: ['HS256'],
          audience: developmentAllowed ? [development, issuer] : issuer
        })
        if (typeof payload.sub !== 'string' || typeof payload.locality !== 'string') return undefined
        const identity = { locality: payload.locality, person: payload.sub }
        if (verified.size >= cacheSize) verified.clear()
        verified.set(token, { identity, expires: (payload.exp ?? 0) * 1000 })
        return identity
      } catch {
        return undefined // jose throws for every token that is not valid, whatever the reason; none of them may enter
      }
    }
  }
}

/** The token of an `Authorization` header; undefined where there is none. */
export function bearerOf(authorization: string | null | undefined): string | undefined {
  return /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
}

/** One-time codes for `/sign-in/<code>`: each is exchanged once, within a day. */
export type SignInCodes = { issue(identity: Identity): string; redeem(code: string): Identity | undefined }

/** Codes kept in memory: they die with the process, which prints new ones at its next start. */
export function signInCodes(now: () => number = Date.now): SignInCodes {
  const waiting: { code: Buffer; identity: Identity; until: number }[] = []
  return {
    issue(identity) {
      const code = randomBytes(18)
      waiting.push({ code, identity, until: now() + 86_400_000 })
      return code.toString('base64url')
    },
    redeem(text) {
      const given = Buffer.from(text, 'base64url')
      const index = waiting.findIndex(({ code }) => code.length === given.length && timingSafeEqual(code, given))
      const [found] = index < 0 ? [] : waiting.splice(index, 1)
      return found && found.until > now() ? found.identity : undefined
    }
  }
}
