/**
 * What requests from an address are counted under: an IPv4 address itself, and of an IPv6 address its /64, for a whole one
 * is what a single customer is given. IPv4 written as IPv6 (`::ffff:192.0.2.1`) counts as IPv4. Ports, brackets and zones
 * are left out; what is no address stays what it is.
 */
export function networkOf(address: string): string {
  const bare = /^\[([^\]]*)\]/.exec(address)?.[1] ?? address;
  if (!bare.includes(':')) return bare;
  const v4 = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(bare)?.[1];
  if (v4 !== undefined) return v4;
  const groups = groupsOf(bare.replace(/%.*$/s, ''));
  if (groups === null) return address;
  const [a, b, c, d, e, f, high = 0, low = 0] = groups;
  if ([a, b, c, d, e].every((group) => group === 0) && f === 0xffff)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.');
  return `${[a, b, c, d].map((group = 0) => group.toString(16)).join(':')}::/64`;
}

/** The eight numbers of an IPv6 address; null: it is none. */
function groupsOf(text: string): readonly number[] | null {
  // The reader of URLs knows every spelling and gives the one short form (RFC 5952), in brackets.
  const short = URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1);
  if (short === undefined) return null;
  const [head = [], tail = []] = short
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16));
}
