import { describe, expect, test } from 'vitest';
import { networkOf } from '../../src/base/network.ts';

describe('networkOf', () => {
  test.each([
    ['an address of IPv4, itself', '192.0.2.7', '192.0.2.7'],
    ['… with the port that some proxies write', '192.0.2.7:40112', '192.0.2.7'],
    ['IPv4 written as IPv6, as IPv4', '::ffff:192.0.2.7', '192.0.2.7'],
    ['… in hexadecimal', '::FFFF:C000:207', '192.0.2.7'],
    ['an address of IPv6, its /64', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['… however it is spelt', '2001:0DB8:0001:0002:0000::9', '2001:db8:1:2::/64'],
    ['… in brackets with a port', '[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
    ['… with a zone', 'fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['the machine itself', '::1', '0:0:0:0::/64'],
    ['the next /64, as another', '2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['what is no address, as it is', 'unknown', 'unknown'],
    ['… with colons too', 'a:b:c', 'a:b:c'],
  ])('counts %s', (_, address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
