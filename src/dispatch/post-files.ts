import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, isIPv6, type LookupFunction } from 'node:net';
import type { Bytes, Ms } from '../base/units.ts';
import { ATTEMPT_WORDS } from './attempt-words.ts';
import type { OutgoingPost } from './outgoing.ts';

/** The receiver's answer; its body at most {@link MOST_ANSWER} bytes long. */
export interface PostAnswer {
  readonly status: number;
  readonly body: string;
}

/** Sends JSON to addresses that staff typed in. */
export type Poster = (post: OutgoingPost) => Promise<PostAnswer>;

/** The address lies in a network of our own or is not https, and configuration does not allow its host. */
export class NotAllowed extends Error {}

const MOST_ANSWER: Bytes = 65_536;
const ANSWER_WITHIN_MS: Ms = 15_000;

/** IPv4 networks that are nobody's on the internet: private, shared, link-local, test, multicast, reserved. */
const INNER = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  INNER.addSubnet(net, bits);
/** Global unicast, less what carries IPv4 addresses inside, what is for protocols and what is for documents. */
const OUTER_6 = new BlockList();
OUTER_6.addSubnet('2000::', 3, 'ipv6');
const INNER_6 = new BlockList();
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  INNER_6.addSubnet(net, bits, 'ipv6');

/** Whether an IP address may be anybody's on the internet. */
export function isOuterAddress(address: string): boolean {
  if (isIPv6(address)) return OUTER_6.check(address, 'ipv6') && !INNER_6.check(address, 'ipv6');
  return isIP(address) === 4 && !INNER.check(address);
}

/** How names become addresses, and which of those may be connected to. */
export interface NameResolving {
  /** As `lookup` of node:dns with all addresses. */
  readonly lookup: (
    name: string,
    options: LookupAllOptions,
    done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ) => void;
  readonly isOuter: (address: string) => boolean;
}

/**
 * Makes a sender that reaches the internet alone: names are resolved once, and the connection goes to the
 * address that was looked at. `innerHosts` are let through all the same, also without TLS. Redirects are not
 * followed. @throws NotAllowed; any other error means that the receiver was not reached
 */
export function poster(
  innerHosts: ReadonlySet<string>,
  resolving: NameResolving = { lookup, isOuter: isOuterAddress },
): Poster {
  const outerLookup = lookupOfOuter(resolving);
  return ({ url: address, headers, body }) => {
    const url = new URL(address);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const isInner = innerHosts.has(host);
    if (!isInner && url.protocol !== 'https:')
      return Promise.reject(new NotAllowed(ATTEMPT_WORDS.httpsOnly.en));
    if (!isInner && isIP(host) !== 0 && !resolving.isOuter(host))
      return Promise.reject(new NotAllowed(ATTEMPT_WORDS.innerAddress.en));
    return new Promise((resolve, reject) => {
      const request = url.protocol === 'https:' ? requestHttps : requestHttp;
      const outgoing = request(
        url,
        {
          method: 'POST',
          agent: false,
          headers: { ...headers, 'content-length': Buffer.byteLength(body), 'user-agent': 'beacon-tower' },
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
          ...(!isInner && { lookup: outerLookup }),
        },
        (answer) => {
          const chunks: Buffer[] = [];
          let bytes = 0;
          answer.on('data', (chunk: Buffer) => {
            bytes += chunk.byteLength;
            if (bytes > MOST_ANSWER) outgoing.destroy(new Error('the answer is too long'));
            else chunks.push(chunk);
          });
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  };
}

/** Resolves a name to those of its addresses that are not ours: what it gives is what is connected to. */
function lookupOfOuter(resolving: NameResolving): LookupFunction {
  return (name, options, done) => {
    resolving.lookup(name, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '');
      const outer = addresses.filter(({ address }) => resolving.isOuter(address));
      const [first] = outer;
      if (!first) return done(new NotAllowed(ATTEMPT_WORDS.innerName.en), '');
      if (options.all) done(null, outer);
      else done(null, first.address, first.family);
    });
  };
}
