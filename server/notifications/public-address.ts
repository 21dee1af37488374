import ipaddr from 'ipaddr.js'

/** Global unicast addresses. Everything outside is reserved, translated (NAT64) or local. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/** The address of Azure's instance metadata and agents. It is in a public range and answers only inside Azure. */
const azureWireServer = '168.63.129.16'

/**
 * Is this an address of the public internet? No: private, loopback, link-local, metadata, multicast, reserved and
 * documentation addresses, and IPv6 forms that hold an IPv4 address (mapped, compatible, 6to4, Teredo, NAT64).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv6' ? parsed.match(globalUnicast) : parsed.toString() !== azureWireServer
}
