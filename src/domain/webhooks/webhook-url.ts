// Which addresses a business may have us call: public ones, that are not ours.

export interface UrlRules {
  /** Where this service itself is reached. */
  ownHost: string
  /** Lets http://127.0.0.1 and http://localhost pass, at any port: for development on one machine. */
  allowLoopback: boolean
}

/** Names that mean nothing in public, or somebody inside. */
const privateNames =
  /(^|\.)(localhost|local|localdomain|internal|intranet|lan|corp|home|private|test|example|invalid|onion|alt|arpa)$/
/** Public names that lead to whatever address they spell, or back to the machine itself. */
const spelledNames = /(^|\.)(nip\.io|sslip\.io|xip\.io|localtest\.me|lvh\.me|lacolhost\.com|vcap\.me)$/
/** This Worker under Cloudflare's own names, previews included. */
const workerNames = /(^|-)slotkeeper\.[a-z0-9-]+\.workers\.dev$/

/** The URL as it is called, without a fragment; or what is wrong with it, as the end of a sentence. */
export function webhookUrl(text: string, rules: UrlRules): { href: string } | { problem: string } {
  const url = text.length <= 2048 ? URL.parse(text) : null
  if (!url) return { problem: 'must be a URL' }
  url.hash = ''
  const { protocol, port, hostname, username, password, href } = url

  if (username || password) return { problem: 'must not carry a user name or password' }
  if (rules.allowLoopback && isLoopback(hostname) && /^https?:$/.test(protocol)) return { href }

  if (protocol !== 'https:') return { problem: 'must start with https://' }
  if (port) return { problem: 'must use port 443' }
  // The parser has brought every spelling of an IPv4 address (decimal, octal, hex, short) into this one.
  if (/^[\d.]+$/.test(hostname) || hostname.startsWith('['))
    return { problem: 'must name a host, not an IP address' }
  if (!/^([a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}$/.test(hostname)) return { problem: 'must name a public host' }
  if (privateNames.test(hostname) || spelledNames.test(hostname)) {
    return { problem: 'must name a public host' }
  }
  const isOwn = `.${hostname}`.endsWith(`.${rules.ownHost}`) || workerNames.test(hostname)
  if (isOwn) return { problem: 'must not be an address of this service' }
  return { href }
}

export function isLoopback(hostname: string): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost'
}
